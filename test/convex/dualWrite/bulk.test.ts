/** What is legal without the wrapper stays legal with it: a mutation of thousands of documents passes, and leaves few jobs. */
import { makeFunctionReference } from "convex/server";
import { afterEach, expect, test, vi } from "vitest";

// Only the embedded deployment counts index intervals as Convex does.
vi.hoisted(() => {
  process.env.UNNEST_ENGINE = "embedded";
});

import type { PhaseStatus } from "../../../convex/phase/status.js";
import type { Phase, Step } from "../../../convex/phases.js";
import { phases } from "../../../convex/phases.js";
import { all, put } from "../deployment.js";
import { aMessage, aUser } from "../documents.js";
import { count, drain, each, filled, jobsOf, nearLimit, parts } from "./bulkWorld.js";
import { world } from "./world.js";
import { wrapped } from "./wrapped.js";

afterEach(() => {
  vi.useRealTimers();
});

const cases: readonly (readonly [Step, readonly Phase[]])[] = [
  ["dual-write", phases],
  ["dual-write", ["phase-1"]],
  ["new", phases],
];

for (const [step, on] of cases) {
  test(`documents without moved fields, ${on.length} phases at ${step}: no write of any kind leaves a job`, async () => {
    const { deployment, conversation } = await filled(nearLimit, step, on);
    const other = await put(deployment, "users", aUser({ clerkId: "other" }));
    const write = async (act: Parameters<typeof each>[1]) => {
      await wrapped(deployment, each(conversation, act));
      expect(await jobsOf(deployment)).toEqual({});
    };
    await write((db, { _id }) => db.patch(_id, { userId: other }));
    await write((db, { _id, _creationTime, ...fields }) =>
      db.replace("messages", _id, { ...fields, content: "edited" }),
    );
    await write((db, { _id }) => db.delete("messages", _id));
    await wrapped(deployment, async (db) => {
      for (let at = 0; at < nearLimit; at++) await db.insert("messages", aMessage(conversation));
    });
    expect(await jobsOf(deployment)).toEqual({});
    const touches = await all(deployment, "unnestTouches");
    expect(touches.map(({ delta }) => delta)).toEqual(
      on.length === 1 ? [] : [{ messageCount: -nearLimit }, { messageCount: nearLimit }],
    );
  });
}

test("2,000 inserts with an element of each kind leave one job a kind, which drains", async () => {
  vi.useFakeTimers();
  const { deployment, conversation } = await world();
  const inserted = 2_000;
  await wrapped(deployment, async (db) => {
    await Promise.all(Array.from({ length: inserted }, () => db.insert("messages", aMessage(conversation, parts))));
  });
  const jobs = await jobsOf(deployment);
  expect(Object.values(jobs).map((sizes) => sizes.length)).toEqual([1, 1, 1]);
  await drain(deployment);
  for (const table of ["toolCalls", "sources", "attachments"] as const)
    expect(await count(deployment, table)).toBe(inserted);
  expect(await all(deployment, "sourceMetadata")).toMatchObject([{ accessCount: inserted }]);
  expect(await all(deployment, "conversations")).toMatchObject([{ messageCount: inserted }]);
});

for (const step of ["dual-write", "new", "cleaned"] as const) {
  test(`deletes of documents with tool calls at ${step} leave few jobs, and no rows when these are done`, async () => {
    vi.useFakeTimers();
    const fields = step === "cleaned" ? {} : { toolCalls: parts.toolCalls };
    const { deployment, conversation, user } = await filled(nearLimit, step, phases, fields);
    const call = { toolCallId: "a", toolName: "t", args: "{}", isPartial: false, timestamp: 1, createdAt: 1 };
    const some = (await all(deployment, "messages")).filter((_, at) => at % 100 === 0);
    for (const { _id: messageId } of some)
      await put(deployment, "toolCalls", { messageId, conversationId: conversation, userId: user, ...call });
    await wrapped(
      deployment,
      each(conversation, async (db, { _id }) => await db.delete(_id)),
    );
    expect(await all(deployment, "messages")).toEqual([]);
    const jobs = await all(deployment, "unnestJobs");
    expect(jobs.length).toBeLessThan(10);
    expect(jobs.filter(({ kind }) => kind === "unfollowed")).toEqual([]);
    await drain(deployment);
    expect(await all(deployment, "toolCalls")).toEqual([]);
  });
}

test("deletes of documents too large to be looked at pass, and status says that counts may drift", async () => {
  const { deployment, conversation } = await filled(3_000, "dual-write", phases, { content: "x".repeat(2_200) });
  await wrapped(
    deployment,
    each(conversation, async (db, { _id }) => await db.delete(_id)),
  );
  const status = await deployment.query(makeFunctionReference<"query">("unnest:status"), {});
  const possible = status.phases.filter((phase: PhaseStatus) => phase.driftPossible);
  expect(possible.map(({ migrationId }: PhaseStatus) => migrationId)).toEqual(["phase-6", "phase-7"]);
});
