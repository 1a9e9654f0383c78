/**
 * The law of delta: whatever users did, the wrapper seeing it or not, the parts that SQL finds in an export are those which the deployment
 * itself finds in place, the corrections are what the law's own planner counts, and once they are applied nothing is found any more.
 */
import { makeFunctionReference } from "convex/server";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mounted } from "../../convex/mount.js";
import type { DriftedPart } from "../../convex/phase/verifyPhase.js";
import { phases } from "../../convex/phases.js";
import { drainTouches } from "../convex/aggregates/drainTouches.js";
import { type Deployment, setStep } from "../convex/deployment.js";
import { planCorrections } from "../convex/law/batches.js";
import { type Event, schedule } from "../convex/law/schedule.js";
import { keptTransforms, type State, stateOf } from "../convex/law/state.js";
import { targetsOf } from "../convex/law/targets.js";
import { act, mutate } from "../convex/law/users.js";
import { aWorld } from "../convex/phase/world.js";
import { applyDelta } from "./applyDelta.js";
import { bringInStep } from "./bringInStep.js";
import { type Delta, deltaOf } from "./deltaOf.js";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 5), toFake: ["Date"] });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const operators = new Set<Event["do"]>([
  "snapshot",
  "import",
  "delta",
  "jobs",
  "cleanup",
  "rebuild",
  "abort",
  "start",
  "step",
]);

/** What users do, and now and then a fold. */
const usersEvents = schedule.map((events) => events.filter((event) => !operators.has(event.do)));

async function playUsers(deployment: Deployment, events: readonly Event[]): Promise<void> {
  const storageId = await deployment.run(async ({ storage }) => await storage.store(new Blob(["file"])));
  let isBusy = false;
  for (const event of events) {
    vi.setSystemTime(Date.now() + 1000);
    if (event.do === "busy") isBusy = event.on;
    else if (event.do === "fold")
      await deployment.mutation(makeFunctionReference<"mutation">("unnest:foldTouches"), {});
    else {
      const targets = targetsOf(event, await stateOf(deployment), storageId);
      const way = "way" in event ? event.way : "wrapped";
      // Some ask for what may not be; a refused write has changed nothing.
      await mutate(deployment, way, (ctx) => act(ctx, event, targets), isBusy).catch(() => undefined);
    }
  }
}

/** The parts that differ in place, but for those that wait for a job. */
async function verified(deployment: Deployment): Promise<string[]> {
  const found = new Set<string>();
  for (const { phase, part, writes } of keptTransforms) {
    if (Object.keys(writes).length === 0) continue;
    for (let cursor: string | null = null; ; ) {
      const page: { cursor: string | null; isDone: boolean; drifted: DriftedPart[] } = await deployment.query(
        mounted("query", "verifyPhase"),
        { migrationId: phase, part, cursor },
      );
      for (const { documentId, jobOpen } of page.drifted) if (!jobOpen) found.add(`${part} ${documentId}`);
      if (page.isDone) break;
      cursor = page.cursor;
    }
  }
  return [...found].sort();
}

const found = ({ parts }: Delta): string[] =>
  [...new Set(parts.map(({ part, documentId }) => `${part} ${documentId}`))].sort();

const times = new Set(["firstSeenAt", "lastAccessedAt", "lastUpdatedAt"]);

/** Counts to be added by kind and key, times aside, and keys whose row or conversation is gone: a fold drops those. */
function planned(state: State): Record<string, unknown> {
  const living = new Set(
    [...(state.tags ?? []), ...(state.sourceMetadata ?? []), ...(state.conversations ?? [])].map(({ _id }) => _id),
  );
  return Object.fromEntries(
    planCorrections(state, "s").flatMap(({ args }) =>
      (args.corrections as { key: string; delta: Record<string, number> }[])
        .filter(({ key }) => living.has(key.split(" ")[0] ?? ""))
        .map(({ key, delta }) => [`${args.kind} ${key}`, delta]),
    ),
  );
}

function corrected({ corrections }: Delta, state: State): Record<string, unknown> {
  const conversations = new Set(state.conversations?.map(({ _id }) => _id));
  return Object.fromEntries(
    corrections.flatMap(({ kind, key, delta }) => {
      const counts = Object.fromEntries(Object.entries(delta).filter(([field]) => !times.has(field)));
      // A usage row goes with its conversation.
      const isGone = kind === "conversationTokenUsage" && !conversations.has(key.split(" ")[0] ?? "");
      return isGone || Object.keys(counts).length === 0 ? [] : [[`${kind} ${key}`, counts]];
    }),
  );
}

async function holdsFor(events: readonly Event[]): Promise<void> {
  vi.setSystemTime(Date.UTC(2026, 0, 5));
  const { deployment } = await aWorld();
  for (const phase of phases) await setStep(deployment, phase, "dual-write");
  await bringInStep(deployment);
  await playUsers(deployment, events);
  const delta = await deltaOf(deployment);
  const state = await stateOf(deployment);
  expect(found(delta)).toEqual(await verified(deployment));
  expect(corrected(delta, state)).toEqual(planned(state));
  await applyDelta(deployment, delta);
  await drainTouches(deployment);
  expect((await deltaOf(deployment)).report).toMatchObject({ parts: [], duplicates: [], corrections: [] });
}

/** A message that came past the wrapper and went through it: touches alone know of it. */
const uncounted: readonly Event[] = [
  { do: "send", way: "raw", conversation: 0, calls: 0, urls: [] },
  { do: "delete", way: "helper", message: 3 },
];

test("SQL finds what the deployment finds, and what is applied is found no more", { timeout: 1_200_000 }, async () => {
  await fc.assert(fc.asyncProperty(usersEvents, holdsFor), {
    numRuns: Number(process.env.UNNEST_DELTAS ?? 4),
    examples: [[uncounted]],
  });
});
