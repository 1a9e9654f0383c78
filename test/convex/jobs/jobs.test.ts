import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { anyReader } from "../../../convex/documents.js";
import { hasOpenJob } from "../../../convex/jobs/hasOpenJob.js";
import { mounted } from "../../../convex/mount.js";
import { fanOutKind } from "../../../convex/sync/queueJob.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { all, type Deployment, put, setStep } from "../deployment.js";
import { aCall, aConversation, aMessage, aUser } from "../documents.js";
import { expectInStep } from "../dualWrite/inStep.js";
import { world } from "../dualWrite/world.js";
import { wrapped } from "../dualWrite/wrapped.js";
import { workOff } from "./workOff.js";

const start = 1_000_000;
beforeEach(() => {
  vi.useFakeTimers({ now: start });
  // A job that fails is reported there by convex-test.
  vi.spyOn(console, "error").mockReturnValue();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const aJob = { migrationId: "phase-1", epoch: 1, table: "messages", attempts: 0, createdAt: start };

/** A message that dual-write has not seen, and a job for its calls. */
async function behind(job = {}) {
  const { deployment, conversation } = await world();
  const messageId = await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("a")] }));
  const kind = toolCalls.part;
  await put(deployment, "unnestJobs", { ...aJob, kind, documentId: messageId, ...job });
  return { deployment, messageId, conversation };
}

const isOpen = (deployment: Deployment, messageId: string) =>
  deployment.run(({ db }) => hasOpenJob(anyReader(db), toolCalls, messageId));

test("a job syncs its part and takes its equals along; until then the part has an open job", async () => {
  const { deployment, messageId } = await behind();
  await put(deployment, "unnestJobs", { ...aJob, kind: toolCalls.part, documentId: messageId });
  const other = await put(deployment, "unnestJobs", {
    ...aJob,
    kind: "message/sources",
    documentId: "gone",
    epoch: 7,
  });
  expect(await isOpen(deployment, messageId)).toBe(true);
  const [job] = await all(deployment, "unnestJobs");
  await deployment.mutation(mounted("mutation", "runJob"), { jobId: job?._id });
  expect(await all(deployment, "toolCalls")).toHaveLength(1);
  expect(await all(deployment, "unnestJobs")).toMatchObject([{ _id: other }]);
  expect(await isOpen(deployment, messageId)).toBe(false);
});

test("jobs of another epoch, or of a phase that is off, go without writing", async () => {
  for (const [epoch, step] of [
    [0, "dual-write"],
    [1, "off"],
  ] as const) {
    const { deployment } = await behind({ epoch });
    await setStep(deployment, "phase-1", step);
    await workOff(deployment);
    expect(await all(deployment, "unnestJobs")).toEqual([]);
    expect(await all(deployment, "toolCalls")).toEqual([]);
  }
});

test("a failing job is tried five times with growing pauses, then set aside, and can be retried", async () => {
  const { deployment, messageId } = await behind({ kind: fanOutKind, cursor: "no JSON", table: "conversations" });
  const attempts = async () => (await all(deployment, "unnestJobs"))[0]?.attempts;
  const seen: [number, number | undefined][] = [];
  for (let second = 0; second <= 900; second += 15) {
    vi.setSystemTime(start + second * 1_000);
    const before = await attempts();
    await workOff(deployment);
    if ((await attempts()) !== before) seen.push([second, await attempts()]);
  }
  expect(seen).toEqual([
    [0, 1],
    [30, 2],
    [90, 3],
    [210, 4],
    [450, 5],
  ]);
  await deployment.run(async ({ db }) => {
    for (const { _id } of await db.query("unnestJobs").collect()) {
      await db.patch(_id, { kind: toolCalls.part, table: "messages", cursor: undefined });
    }
  });
  await workOff(deployment);
  expect(await isOpen(deployment, messageId)).toBe(true);
  await deployment.mutation(mounted("mutation", "retryJobs"), {});
  await deployment.finishAllScheduledFunctions(vi.runAllTimers);
  expect(await all(deployment, "unnestJobs")).toEqual([]);
  expect(await all(deployment, "toolCalls")).toHaveLength(1);
});

test("one failing job keeps no other from being done", async () => {
  const { deployment, messageId } = await behind({ kind: fanOutKind, cursor: "no JSON", table: "conversations" });
  await put(deployment, "unnestJobs", { ...aJob, kind: toolCalls.part, documentId: messageId });
  await workOff(deployment);
  expect(await all(deployment, "toolCalls")).toHaveLength(1);
  expect(await all(deployment, "unnestJobs")).toMatchObject([{ kind: fanOutKind, attempts: 1 }]);
});

test("of two runs of one fan-out the one that is behind stops", async () => {
  const { deployment, user, conversation } = await world();
  for (let at = 0; at < 60; at++) await put(deployment, "messages", aMessage(conversation, { userId: user }));
  const jobId = await put(deployment, "unnestJobs", {
    ...aJob,
    kind: fanOutKind,
    table: "conversations",
    documentId: conversation,
  });
  const run = async (at?: string) => {
    await deployment.mutation(mounted("mutation", "runJob"), { jobId, ...(at !== undefined && { at }) });
    return (await all(deployment, "unnestJobs"))[0]?.cursor;
  };
  const first = await run();
  expect(first).toBeDefined();
  expect(await run("behind")).toBe(first);
  expect(await run(first)).toBeUndefined();
  await deployment.finishAllScheduledFunctions(vi.advanceTimersToNextTimer);
  expect(await all(deployment, "unnestJobs")).toEqual([]);
});

test("a part that a mutation changes often past its share is synced once, at the mutation's end", async () => {
  const { deployment, conversation } = await world();
  const large = (fill: string) => aCall(fill, { arguments: JSON.stringify(fill.repeat(900_000)) });
  await wrapped(deployment, async (db) => {
    const id = await db.insert("messages", aMessage(conversation));
    for (const fill of ["a", "b", "c", "d", "e", "f"]) await db.patch(id, { toolCalls: [large(fill)] });
    return id;
  });
  expect(await all(deployment, "unnestJobs")).toEqual([]);
  expect(await all(deployment, "toolCalls")).toMatchObject([{ toolCallId: "f" }]);
});

test("a fan-out goes through all its dependents in pages", async () => {
  const { deployment, user } = await world();
  const leaving = await put(deployment, "users", aUser({ clerkId: "d" }));
  const conversation = await put(deployment, "conversations", aConversation(leaving));
  const count = 120;
  for (let at = 0; at < count; at++) {
    const message = aMessage(conversation, { toolCalls: [aCall("a")], userId: at % 2 === 0 ? leaving : user });
    await wrapped(deployment, (db) => db.insert("messages", message));
  }
  await wrapped(deployment, (db) => db.delete(leaving));
  expect((await all(deployment, "unnestJobs")).map(({ kind }) => kind)).toContain(fanOutKind);
  await workOff(deployment);
  expect(await all(deployment, "unnestJobs")).toEqual([]);
  const rows = await all(deployment, "toolCalls");
  expect(rows).toHaveLength(count / 2);
  expect(new Set(rows.map(({ userId }) => userId))).toEqual(new Set([user]));
  await expectInStep(deployment);
});
