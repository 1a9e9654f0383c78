/** The SQL delta over exports of a deployment: what was planted is found, each by its reason, and nothing else. */
import { describe, expect, test } from "vitest";
import { phases } from "../../convex/phases.js";
import { drainTouches } from "../convex/aggregates/drainTouches.js";
import { all, type Deployment, put, setStep } from "../convex/deployment.js";
import { aMessage } from "../convex/documents.js";
import { aWorld, call, type World } from "../convex/phase/world.js";
import { applyDelta } from "./applyDelta.js";
import { bringInStep } from "./bringInStep.js";
import { deltaOf } from "./deltaOf.js";

/** All phases on, and everything imported. */
async function inStep(): Promise<World> {
  const world = await aWorld();
  const { deployment, conversation } = world;
  await put(deployment, "messages", aMessage(conversation, { model: "openai:gpt-4o", inputTokens: 2 }));
  for (const phase of phases) await setStep(deployment, phase, "dual-write");
  await bringInStep(deployment);
  return world;
}

async function reasonsIn(deployment: Deployment): Promise<string[]> {
  const { parts } = await deltaOf(deployment);
  return parts.map(({ part, documentId, reason }) => `${part} ${documentId} ${reason}`).sort();
}

test("a deployment in step has no drift", async () => {
  const { deployment } = await inStep();
  const { report } = await deltaOf(deployment);
  expect(report).toMatchObject({ driftFree: true, parts: [], duplicates: [], corrections: [], waiting: 0 });
  expect(report.phases.filter(({ compared }) => compared)).toHaveLength(phases.length);
});

describe("what went past the wrapper", () => {
  test("is missing, stale, orphaned or double, and is found by its part alone", async () => {
    const { deployment, user, conversation, message, bookmark } = await inStep();
    const born = await put(deployment, "messages", aMessage(conversation, { toolCalls: [call("n")] }));
    const preferences = (await all(deployment, "userPreferences")).find(
      ({ userId, key }) => userId === user && key === "theme",
    );
    const source = (await all(deployment, "sources")).find(({ messageId }) => messageId === message);
    if (preferences === undefined || source === undefined) throw new Error("the rows were imported");
    const { _id, _creationTime, ...columns } = source;
    await deployment.run(async ({ db }) => {
      await db.patch(preferences._id, { value: "light" });
      await db.insert("sources", columns);
      await db.delete(bookmark);
      await db.patch(conversation, { projectId: undefined });
    });
    expect(await reasonsIn(deployment)).toEqual(
      [
        `message/toolCalls ${born} missing`,
        `user/preferences ${user} stale`,
        `message/sources ${message} duplicate`,
        `bookmark/tags ${bookmark} orphan`,
        `conversation/projectLink ${conversation} orphan`,
      ].sort(),
    );
  });

  test("a tag that is gone is missing from every part that mentions it, the name in feedbackTags too", async () => {
    const { deployment } = await inStep();
    const [tag] = (await all(deployment, "tags")).filter(({ scope }) => scope === "global");
    if (tag === undefined) throw new Error("the tag was imported");
    await deployment.run(async ({ db }) => db.delete(tag._id));
    const [feedback] = await all(deployment, "feedback");
    const [name] = await all(deployment, "feedbackTags");
    expect(await reasonsIn(deployment)).toEqual(
      [
        `feedback/tags ${feedback?._id} missing`,
        `feedback/tags ${feedback?._id} orphan`,
        `feedbackTag/tag ${name?._id} missing`,
      ].sort(),
    );
  });

  test("columns that are written at birth, or are the application's, and unreferenced entities are no drift", async () => {
    const { deployment, user } = await inStep();
    await put(deployment, "tags", {
      ...{ scope: "user", userId: user, slug: "unused", displayName: "Unused", path: "/unused", depth: 0 },
      ...{ usageCount: 0, createdAt: 1, updatedAt: 1 },
    });
    await deployment.run(async ({ db }) => {
      for (const tag of await db.query("tags").collect())
        await db.patch(tag._id, { displayName: "Other", createdAt: 99 });
      for (const row of await db.query("toolCalls").collect()) await db.patch(row._id, { createdAt: 99 });
      for (const row of await db.query("sourceMetadata").collect()) await db.patch(row._id, { title: "Other" });
    });
    expect((await deltaOf(deployment)).report.driftFree).toBe(true);
  });

  test("two tags of one name are a duplicate, not a drift of the parts that refer to either", async () => {
    const { deployment, user } = await inStep();
    const home = (await all(deployment, "tags")).find(({ slug }) => slug === "home");
    if (home === undefined) throw new Error("the tag was imported");
    const { _id, _creationTime, ...columns } = home;
    const younger = await put(deployment, "tags", { ...columns, usageCount: 0 });
    await deployment.run(async ({ db }) => {
      for (const link of await db.query("snippetTags").collect())
        if (link.tagId === _id) await db.patch(link._id, { tagId: younger });
    });
    const delta = await deltaOf(deployment);
    expect(delta.parts).toEqual([]);
    expect(delta.duplicates).toEqual([{ phase: "phase-5", table: "tags", key: ["user", user, "home"] }]);
    expect(delta.corrections.map(({ key, delta: lacking }) => [key, lacking]).sort()).toEqual(
      [
        [_id, { usageCount: -1 }],
        [younger, { usageCount: 1 }],
      ].sort(),
    );
    await applyDelta(deployment, delta);
    await drainTouches(deployment);
    expect((await deltaOf(deployment)).report.driftFree).toBe(true);
    expect((await all(deployment, "tags")).filter(({ slug }) => slug === "home")).toMatchObject([{ _id }]);
  });
});

test("a second usage row of a conversation and model goes, whatever it says", async () => {
  const { deployment } = await inStep();
  const [usage] = await all(deployment, "conversationTokenUsage");
  if (usage === undefined) throw new Error("usage was counted");
  const { _id, _creationTime, ...columns } = usage;
  await put(deployment, "conversationTokenUsage", { ...columns, inputTokens: 99 });
  const delta = await deltaOf(deployment);
  expect(delta.corrections.map(({ key }) => key)).toEqual([`${usage.conversationId} ${usage.model}`]);
  await applyDelta(deployment, delta);
  await drainTouches(deployment);
  expect(await all(deployment, "conversationTokenUsage")).toMatchObject([{ _id, inputTokens: usage.inputTokens }]);
});

test("of rows with one natural key that one transaction wrote, the one with the least id counts", async () => {
  const { deployment, message } = await inStep();
  const source = (await all(deployment, "sources")).find(({ messageId }) => messageId === message);
  const [usage] = await all(deployment, "conversationTokenUsage");
  if (source === undefined || usage === undefined) throw new Error("the rows were imported");
  const asNew = ({ _id, _creationTime, ...columns }: Record<string, unknown>) => columns;
  await put(deployment, "sources", { ...asNew(source), title: "of the greater id" } as never);
  await put(deployment, "conversationTokenUsage", { ...asNew(usage), inputTokens: 99 } as never);
  const { parts, corrections } = await deltaOf(deployment, 1_000);
  expect(parts.map(({ part, reason }) => `${part} ${reason}`)).toEqual(["message/sources duplicate"]);
  expect(corrections.find(({ kind }) => kind === "conversationTokenUsage")?.delta).not.toHaveProperty("inputTokens");
});

test("what waits for a job, is off, or has its truth in its rows is left out", async () => {
  const { deployment, user, conversation } = await inStep();
  const born = await put(deployment, "messages", aMessage(conversation, { toolCalls: [call("n")] }));
  await put(deployment, "unnestJobs", {
    ...{ migrationId: "phase-1", epoch: 1, kind: "message/toolCalls", table: "messages", documentId: born },
    ...{ attempts: 0, createdAt: 1 },
  });
  await deployment.run(async ({ db }) => {
    await db.patch(user, { preferences: undefined });
    for (const row of await db.query("snippetTags").collect()) await db.delete(row._id);
  });
  await setStep(deployment, "phase-4", "off");
  await setStep(deployment, "phase-5", "cleaned");
  const { report } = await deltaOf(deployment);
  expect(report.parts).toEqual([]);
  expect(report.waiting).toBe(1);
  expect(report.phases.filter(({ compared }) => !compared).map(({ phase, step }) => [phase, step])).toEqual([
    ["phase-4", "off"],
    ["phase-5", "cleaned"],
  ]);
});

test("a delta that is applied leaves none", async () => {
  const { deployment, message } = await inStep();
  await deployment.run(async ({ db }) => {
    await db.delete(message);
    for (const row of await db.query("userPreferences").collect()) await db.delete(row._id);
    for (const row of await db.query("sourceMetadata").collect()) await db.delete(row._id);
    for (const row of await db.query("conversationTokenUsage").collect()) await db.patch(row._id, { inputTokens: 77 });
  });
  const first = await deltaOf(deployment);
  expect(first.report.driftFree).toBe(false);
  await applyDelta(deployment, first);
  await drainTouches(deployment);
  expect((await deltaOf(deployment)).report).toMatchObject({ driftFree: true, parts: [], corrections: [] });
});
