/** What a switch asks before a step: answers compared, parts verified, a delta of an export that has seen everything. */
import { expect, test, vi } from "vitest";
import { leastCompared } from "../../../convex/evidence/comparisons.js";
import type { Phase } from "../../../convex/phases.js";
import { conversed } from "../conversed.js";
import { all, type Deployment, deploy, put } from "../deployment.js";
import { aCall, aMessage, aUser } from "../documents.js";
import { day, stopClock } from "./clock.js";
import {
  ask,
  call,
  climb,
  compareAll,
  drive,
  fill,
  markAllVerified,
  markDelta,
  prove,
  refusalOf,
  statusOf,
} from "./drive.js";
import { aWorld } from "./world.js";

stopClock();

const migrationId = "phase-1";
const reader = "getMessageToolCalls";

/** A phase in `shadow` with so many messages that have a tool call, and as many that have none. */
async function shadowed(messages: number) {
  const { deployment, conversation } = await conversed();
  for (let at = 0; at < messages; at++) {
    await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall(`c${at}`)] }));
    await put(deployment, "messages", aMessage(conversation));
  }
  const epoch = await climb(deployment, migrationId, "shadow");
  return { deployment, epoch };
}

/** The reasons against a step, as data. */
async function reasonsAgainst(deployment: Deployment, phase: Phase, to: string): Promise<unknown[]> {
  try {
    await call(deployment, "switchStep", { migrationId: phase, to, dryRun: true });
    return [];
  } catch (error) {
    return (error as { data: { reasons: unknown[] } }).data.reasons;
  }
}

const compareOnce = (deployment: Deployment, args: object) =>
  call(deployment, "compareShadow", { migrationId, epoch: 1, reader, seed: 7, oneIn: 1, once: true, ...args });

test("reads move to rows only when answers were compared, reader by reader; force lets it pass by name", async () => {
  const { deployment } = await shadowed(3);
  const nothing = { code: "nothing_compared", compared: 0, needed: leastCompared };
  expect(await reasonsAgainst(deployment, migrationId, "new-then-old")).toEqual([
    { ...nothing, reader: "getMessageAttachments" },
    { ...nothing, reader },
  ]);
  const forced = { migrationId, to: "new-then-old", dryRun: true, force: ["nothing_compared"] };
  expect(await refusalOf(call(deployment, "switchStep", forced))).toEqual([]);
  await drive(deployment, "compareShadow", { migrationId, epoch: 1, reader, seed: 7, oneIn: 1, once: true });
  expect(await reasonsAgainst(deployment, migrationId, "new-then-old")).toEqual([
    { ...nothing, reader: "getMessageAttachments" },
  ]);
});

test("a small application compares what it has; a message without tool calls is no answer", async () => {
  const { deployment, epoch } = await shadowed(3);
  await compareAll(deployment, migrationId, epoch);
  expect(await statusOf(deployment, migrationId)).toMatchObject({
    comparisons: [
      { reader: "getMessageAttachments", compared: 0, needed: 0 },
      { reader, compared: 3, needed: 3, differing: 0, waiting: 0, last: Date.now() },
    ],
  });
  expect(await reasonsAgainst(deployment, migrationId, "new-then-old")).toEqual([]);
});

test("a reader without documents needs nothing compared", async () => {
  const deployment = deploy();
  await climb(deployment, migrationId, "shadow");
  expect(await reasonsAgainst(deployment, migrationId, "new-then-old")).toEqual([]);
});

test("the scheduled comparison goes on by itself, over a sample and then over all, until it was enough", async () => {
  const { deployment } = await shadowed(3);
  await deployment.finishAllScheduledFunctions(() => vi.advanceTimersByTime(1));
  expect(await reasonsAgainst(deployment, migrationId, "new-then-old")).toEqual([]);
});

test("of many answers a part will do, and a page that is sent twice is counted once", async () => {
  const { deployment } = await shadowed(leastCompared + 20);
  // The first page has the differences that are known, which are none.
  const { cursor } = await compareOnce(deployment, {});
  const page = { cursor, documents: 90 };
  const { isEnough } = await compareOnce(deployment, page);
  await compareOnce(deployment, page);
  expect(isEnough).toBe(false);
  const comparison = async () => (await all(deployment, "unnestEvidence")).find(({ name }) => name === reader);
  expect(await comparison()).toMatchObject({ looked: 45 });
  // Another pass begins at its own beginning, and the count is that of the pass that came furthest.
  await compareOnce(deployment, { seed: 8 });
  await compareOnce(deployment, { seed: 7, cursor, documents: 90 });
  expect(await comparison()).toMatchObject({ looked: 45, pass: { looked: 0 } });
  await drive(deployment, "compareShadow", { migrationId, epoch: 1, reader, seed: 9, oneIn: 1, once: true });
  const found = await statusOf(deployment, migrationId);
  expect(found.comparisons).toContainEqual(
    expect.objectContaining({ reader, compared: leastCompared + 20, needed: leastCompared }),
  );
});

test("what waits for a job is not compared, and a pass that had to leave it out has not seen everything", async () => {
  const { deployment, epoch } = await shadowed(3);
  const [message] = await all(deployment, "messages");
  const waiting = { migrationId, epoch, kind: "message/toolCalls", table: "messages", documentId: message?._id ?? "" };
  const job = await put(deployment, "unnestJobs", { ...waiting, attempts: 0, createdAt: Date.now() });
  await compareAll(deployment, migrationId, epoch);
  expect(await reasonsAgainst(deployment, migrationId, "new-then-old")).toMatchObject([{ reader, compared: 2 }]);
  await deployment.run(({ db }) => db.delete(job));
  await compareAll(deployment, migrationId, epoch);
  expect(await reasonsAgainst(deployment, migrationId, "new-then-old")).toEqual([]);
});

test("whoever goes back to shadow, imports or rebuilds compares anew; a dry run counts nothing", async () => {
  const { deployment, epoch } = await shadowed(1);
  await compareOnce(deployment, { dryRun: true });
  expect(await all(deployment, "unnestEvidence")).toEqual([]);
  await compareAll(deployment, migrationId, epoch);
  await call(deployment, "switchStep", { migrationId, to: "new-then-old" });
  await call(deployment, "switchStep", { migrationId, to: "shadow" });
  const codes = async (to: string) =>
    (await reasonsAgainst(deployment, migrationId, to)).map((one) => (one as { code: string }).code);
  expect(await codes("new-then-old")).toEqual(["nothing_compared", "nothing_compared"]);
  await compareAll(deployment, migrationId, epoch);
  await call(deployment, "markBackfilled", { migrationId, epoch });
  expect(await codes("new-then-old")).toEqual(["nothing_compared", "nothing_compared"]);
});

test("new waits for every part to be verified, within a day; the reason names the parts and the age", async () => {
  const { deployment, epoch } = await shadowed(1);
  await compareAll(deployment, migrationId, epoch);
  await call(deployment, "switchStep", { migrationId, to: "new-then-old" });
  await call(deployment, "markBackfilled", { migrationId, epoch });
  await compareAll(deployment, migrationId, epoch);
  await markDelta(deployment, migrationId, epoch);
  const parts = ["message/attachments", "message/toolCalls"];
  const against = () => reasonsAgainst(deployment, migrationId, "new");
  expect(await against()).toEqual([{ code: "verification_stale", parts }]);
  const { deltasFrom: shows } = await statusOf(deployment, migrationId);
  const counts = { began: Date.now(), looked: 2, waiting: 0, shows };
  const mark = (part: string, differing: number) =>
    call(deployment, "markVerified", { migrationId, epoch, part, differing, ...counts });
  await mark("message/toolCalls", 2);
  await mark("message/attachments", 0);
  expect(await against()).toEqual([{ code: "parts_differ", parts: ["message/toolCalls"], count: 2 }]);
  await mark("message/toolCalls", 0);
  expect(await against()).toEqual([]);
  vi.setSystemTime(Date.now() + day);
  expect(await against()).toEqual([]);
  vi.setSystemTime(Date.now() + 1);
  expect(await against()).toEqual([{ code: "verification_stale", parts, age: day + 1 }]);
});

test("drift that is found after a verification takes its word back, also from one that was under way", async () => {
  const { deployment, epoch } = await shadowed(1);
  await call(deployment, "markBackfilled", { migrationId, epoch });
  await markAllVerified(deployment, migrationId, epoch);
  const { deltasFrom: shows } = await statusOf(deployment, migrationId);
  await markDelta(deployment, migrationId, epoch, false);
  expect(await statusOf(deployment, migrationId)).toMatchObject({ verifications: [{ began: null }, { began: null }] });
  const mark = { migrationId, epoch, part: "message/toolCalls", looked: 1, differing: 0, waiting: 0 };
  expect(await call(deployment, "markVerified", { ...mark, began: Date.now(), shows })).toEqual({ counts: false });
  expect(await statusOf(deployment, migrationId)).toMatchObject({ verifications: [{ began: null }, { began: null }] });
});

test("an older verification does not replace a newer one, and no part is verified of which another phase is", async () => {
  const { deployment, epoch } = await shadowed(1);
  const { deltasFrom: shows } = await statusOf(deployment, migrationId);
  const mark = (part: string, began: number) =>
    call(deployment, "markVerified", { migrationId, epoch, part, began, looked: 1, differing: 0, waiting: 0, shows });
  await mark("message/toolCalls", 10);
  await mark("message/toolCalls", 5);
  expect(await all(deployment, "unnestEvidence")).toMatchObject([{ since: 10 }]);
  expect(await refusalOf(mark("message/sources", 10))).toEqual(["unknown_part"]);
});

test("optional parts are verified where they have rows", async () => {
  const deployment = deploy();
  const userId = await put(deployment, "users", aUser());
  await climb(deployment, "phase-7", "dual-write");
  const parts = async () => (await statusOf(deployment, "phase-7")).verifications as { part: string }[];
  expect(await parts()).toEqual([]);
  const metadata = { category: "fact", importance: 1, extractedAt: 2 };
  const memory = { userId, content: "m", embedding: Array(1536).fill(0), metadata, createdAt: 1, updatedAt: 1 };
  await put(deployment, "memories", memory as never);
  await fill(deployment, "phase-7");
  expect((await parts()).map(({ part }) => part)).toContain("memory/metadata");
});

/** A phase in `dual-write` that is backfilled, and what an export of now would show of it. */
async function backfilled() {
  const { deployment } = await aWorld();
  const epoch = await climb(deployment, migrationId, "dual-write");
  const shown = async () => {
    const { deltasFrom } = await statusOf(deployment, migrationId);
    vi.setSystemTime(Date.now() + 1000);
    return { shows: deltasFrom, moment: Date.now() };
  };
  const tell = (driftFree: boolean, exported: object) =>
    refusalOf(
      call(deployment, "markDriftFree", { migrationId, epoch, driftFree, differing: driftFree ? 0 : 3, ...exported }),
    );
  const driftFreeSince = async () => (await statusOf(deployment, migrationId)).driftFreeSince;
  return { deployment, epoch, shown, tell, driftFreeSince };
}

test("an export from before the import's end proves nothing", async () => {
  const { deployment, epoch, shown, tell, driftFreeSince } = await backfilled();
  const early = await shown();
  expect(await tell(true, early)).toEqual(["delta_outdated"]);
  await call(deployment, "markBackfilled", { migrationId, epoch });
  expect(await tell(true, early)).toEqual(["delta_outdated"]);
  expect(await driftFreeSince()).toBeNull();
  const later = await shown();
  expect(await tell(true, later)).toEqual([]);
  expect(await driftFreeSince()).toBe(later.moment);
});

test("an old empty delta does not mark a phase again, neither after drift was found nor over a later one", async () => {
  const { deployment, epoch, shown, tell, driftFreeSince } = await backfilled();
  await call(deployment, "markBackfilled", { migrationId, epoch });
  const [first, second] = [await shown(), await shown()];
  expect(await tell(true, second)).toEqual([]);
  expect(await tell(true, first)).toEqual(["delta_outdated"]);
  expect(await driftFreeSince()).toBe(second.moment);
  const third = await shown();
  expect(await tell(false, third)).toEqual([]);
  // Once more, by a call whose answer was lost.
  expect(await tell(false, third)).toEqual([]);
  for (const old of [first, second, third]) expect(await tell(true, old)).toEqual(["delta_outdated"]);
  expect(await driftFreeSince()).toBeNull();
  expect(await tell(true, await shown())).toEqual([]);
});

test("nor does it after a rebuild", async () => {
  const { deployment } = await aWorld();
  const epoch = await climb(deployment, migrationId, "new");
  const { deltasFrom: shows } = await statusOf(deployment, migrationId);
  const old = { driftFree: true, differing: 0, moment: Date.now(), shows };
  await call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] });
  await drive(deployment, "cleanupPage", { migrationId, epoch });
  await call(deployment, "startRebuild", { migrationId });
  await drive(deployment, "rebuildPage", { migrationId, epoch, bufferDays: 0 });
  expect(await refusalOf(call(deployment, "markDriftFree", { migrationId, epoch, ...old }))).toEqual([
    "delta_outdated",
  ]);
  expect(await refusalOf(call(deployment, "startCleanup", { migrationId }))).toEqual([
    "switch_refused",
    "not_drift_free",
    ...["nothing_compared", "nothing_compared"],
    "verification_stale",
  ]);
  await prove(deployment, migrationId, epoch);
  expect(await refusalOf(call(deployment, "startCleanup", { migrationId, dryRun: true }))).toEqual([]);
});

test("a moment that has not come yet counts as now: a document may be born at any time", async () => {
  const { deployment, epoch, shown, tell, driftFreeSince } = await backfilled();
  await call(deployment, "markBackfilled", { migrationId, epoch });
  const { shows } = await shown();
  expect(await tell(true, { shows, moment: 2 ** 52 })).toEqual([]);
  expect(await driftFreeSince()).toBe(Date.now());
  expect((await ask(deployment, "status", {})).now).toBe(Date.now());
});
