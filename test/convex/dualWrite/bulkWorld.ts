/** Mutations of thousands of documents, at the limits of a transaction less a handful of operations. */
import type { GenericId } from "convex/values";
import { expect, vi } from "vitest";
import type { Doc } from "../../../convex/documents.js";
import { type Phase, phases, type Step } from "../../../convex/phases.js";
import { drainTouches } from "../aggregates/drainTouches.js";
import { all, type Deployment, setStep } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { fileId } from "../engine.js";
import { workOff } from "../jobs/workOff.js";
import { world } from "./world.js";
import type { Wrapped } from "./wrapped.js";

/** Of 4,096 index intervals each patch, replace and delete takes one; left are those for the switches, a range and what settling takes. */
export const nearLimit = 4_060;

/** One element of each kind of message part. */
export const parts = {
  toolCalls: [aCall("a")],
  sources: [{ id: "1", title: "A", url: "https://a.example/" }],
  attachments: [{ type: "file" as const, name: "f", storageId: fileId(1), mimeType: "text/plain", size: 1 }],
};

type Conversation = GenericId<"conversations">;

/** So many messages in one conversation, written past the wrapper before these phases were at this step. */
export async function filled(count: number, step: Step = "dual-write", on: readonly Phase[] = phases, fields = {}) {
  const made = await world("off");
  for (let at = 0; at < count; at += 1_000)
    await made.deployment.run(async ({ db }) => {
      for (let k = at; k < Math.min(count, at + 1_000); k++)
        await db.insert("messages", aMessage(made.conversation, { userId: made.user, ...fields }));
    });
  for (const phase of on) await setStep(made.deployment, phase, step);
  return made;
}

/** A mutation that goes over all messages of a conversation. */
export function each(conversation: Conversation, act: (db: Wrapped, message: Doc<"messages">) => Promise<unknown>) {
  return async (db: Wrapped): Promise<void> => {
    const messages = await db
      .query("messages")
      .withIndex("by_conversation", (range) => range.eq("conversationId", conversation))
      .collect();
    for (const message of messages) await act(db, message);
  };
}

/** Jobs by kind, each as the documents it is for. */
export async function jobsOf(deployment: Deployment): Promise<Readonly<Record<string, number[]>>> {
  const jobs: Record<string, number[]> = {};
  for (const { kind, documentIds } of await all(deployment, "unnestJobs"))
    jobs[kind] = [...(jobs[kind] ?? []), documentIds?.length ?? 1];
  return jobs;
}

/** Works off all jobs and touches, in pages. */
export async function drain(deployment: Deployment): Promise<void> {
  await workOff(deployment);
  expect(await all(deployment, "unnestJobs")).toEqual([]);
  await drainTouches(deployment);
}

export const count = async (deployment: Deployment, table: Parameters<typeof all>[1]): Promise<number> =>
  (await all(deployment, table)).length;

vi.setConfig({ testTimeout: 300_000 });
