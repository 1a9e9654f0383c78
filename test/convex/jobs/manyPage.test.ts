import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { anyReader } from "../../../convex/documents.js";
import { hasOpenJob } from "../../../convex/jobs/hasOpenJob.js";
import { mounted } from "../../../convex/mount.js";
import { attachments } from "../../../transforms/attachments.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { all, type Deployment, put, setStep } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { world } from "../dualWrite/world.js";
import { workOff } from "./workOff.js";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  vi.spyOn(console, "error").mockReturnValue();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Messages that dual-write has not seen, and one job for the calls of all. */
async function behind(count: number, job = {}) {
  const { deployment, conversation } = await world();
  const documentIds: string[] = [];
  for (let at = 0; at < count; at++)
    documentIds.push(await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("a")] })));
  const { part, table } = toolCalls;
  const row = {
    migrationId: "phase-1",
    epoch: 1,
    kind: part,
    table,
    documentId: part,
    attempts: 0,
    createdAt: 1_000_000,
  };
  const jobId = await put(deployment, "unnestJobs", { ...row, documentIds, ...job });
  return { deployment, documentIds, jobId };
}

const isOpen = (deployment: Deployment, part: typeof toolCalls | typeof attachments, id: string) =>
  deployment.run(({ db }) => hasOpenJob(anyReader(db), part, id));

test("a job for many documents goes in pages; while it is open, parts of its kind have an open job", async () => {
  const { deployment, documentIds, jobId } = await behind(120);
  const [id = ""] = documentIds;
  expect(await isOpen(deployment, toolCalls, id)).toBe(true);
  expect(await isOpen(deployment, attachments, id)).toBe(false);
  await deployment.mutation(mounted("mutation", "runJob"), { jobId });
  expect(await all(deployment, "unnestJobs")).toMatchObject([{ documentIds: documentIds.slice(100), cursor: "100" }]);
  await deployment.mutation(mounted("mutation", "runJob"), { jobId, at: "0" });
  expect(await all(deployment, "toolCalls")).toHaveLength(100);
  await workOff(deployment);
  expect(await all(deployment, "toolCalls")).toHaveLength(120);
  expect(await isOpen(deployment, toolCalls, id)).toBe(false);
});

test("of another epoch it goes without writing", async () => {
  const { deployment } = await behind(3);
  await setStep(deployment, "phase-1", "dual-write", 2);
  await workOff(deployment);
  expect(await all(deployment, "unnestJobs")).toEqual([]);
  expect(await all(deployment, "toolCalls")).toEqual([]);
});

test("a document that fails goes on in a job of its own, and keeps no other from being done", async () => {
  const { deployment, documentIds, jobId } = await behind(3);
  vi.spyOn(toolCalls, "map").mockImplementationOnce(() => {
    throw new Error("fails once");
  });
  await deployment.mutation(mounted("mutation", "runJob"), { jobId });
  expect(await all(deployment, "toolCalls")).toHaveLength(2);
  expect(await all(deployment, "unnestJobs")).toMatchObject([{ documentId: documentIds[0], attempts: 0 }]);
});

test("after a page that failed whole, each document goes on in a job of its own", async () => {
  const { deployment, documentIds, jobId } = await behind(3, { attempts: 2 });
  await deployment.mutation(mounted("mutation", "runJob"), { jobId });
  expect((await all(deployment, "unnestJobs")).map(({ documentId }) => documentId)).toEqual(documentIds);
  await workOff(deployment);
  expect(await all(deployment, "toolCalls")).toHaveLength(3);
});
