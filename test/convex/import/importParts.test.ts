import { expect, test } from "vitest";
import { anyReader } from "../../../convex/documents.js";
import { rebuiltFields } from "../../../convex/sync/storedPart.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { conversed } from "../conversed.js";
import { all, put, setStep } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { batchOf, sendParts, takeSnapshot } from "./snapshot.js";

async function world() {
  const { deployment, user, conversation } = await conversed();
  await setStep(deployment, "phase-1", "dual-write");
  await setStep(deployment, "phase-2", "dual-write");
  const message = (fields: Parameters<typeof aMessage>[1]) =>
    put(deployment, "messages", aMessage(conversation, fields));
  return { deployment, user, conversation, message };
}

const page = (id: string, url = "https://a.example/") => ({ id, title: "A", url });

test("rows of an unchanged document are inserted as sent, and stand there when sent again", async () => {
  const { deployment, message } = await world();
  await message({ toolCalls: [aCall("a"), aCall("b")] });
  const { parts, ...rest } = await takeSnapshot(deployment, "phase-1");
  // A row that no mapping here would give: so it was not mapped again.
  const [part] = parts;
  const sent = part?.rows.map((row) => ({ ...row, value: { ...row.value, toolName: "as sent" } })) ?? [];
  const snapshot = { ...rest, parts: parts.map((one) => ({ ...one, rows: sent })) };
  expect(await sendParts(deployment, snapshot)).toEqual({ outcomes: ["inserted"], faults: [], rest: null });
  const rows = await all(deployment, "toolCalls");
  expect(rows).toMatchObject([
    { toolCallId: "a", toolName: "as sent", args: { q: 1 } },
    { toolCallId: "b", toolName: "as sent" },
  ]);
  expect(await sendParts(deployment, snapshot)).toMatchObject({ outcomes: ["unchanged"] });
  expect(await all(deployment, "toolCalls")).toEqual(rows);
});

test("a document that changed or is gone, and rows that differ, are synced", async () => {
  const { deployment, message } = await world();
  const [changed, gone, differing] = [
    await message({ toolCalls: [aCall("a")] }),
    await message({ toolCalls: [aCall("b")] }),
    await message({ toolCalls: [aCall("c")] }),
  ];
  const snapshot = await takeSnapshot(deployment, "phase-1");
  await sendParts(
    deployment,
    batchOf(snapshot, ({ documentId }) => documentId === differing),
  );
  await deployment.run(async ({ db }) => {
    await db.patch(changed, { toolCalls: [aCall("a", { result: "[1]" })] });
    await db.delete(gone);
    const [row] = await db.query("toolCalls").collect();
    if (row !== undefined) await db.patch(row._id, { toolName: "drifted" });
  });
  expect(await sendParts(deployment, snapshot)).toMatchObject({ outcomes: ["resynced", "resynced", "resynced"] });
  expect(await all(deployment, "toolCalls")).toMatchObject([
    { messageId: differing, toolCallId: "c", toolName: "search" },
    { messageId: changed, toolCallId: "a", result: [1] },
  ]);
});

test("rows and their touches come together; an entity's own count starts at 0", async () => {
  const { deployment, message } = await world();
  await message({ sources: [page("1"), page("2")] });
  await message({ sources: [page("1")], createdAt: 1 });
  const snapshot = await takeSnapshot(deployment, "phase-2");
  expect(await sendParts(deployment, snapshot)).toMatchObject({ outcomes: ["inserted", "inserted"] });
  const [metadata, ...more] = await all(deployment, "sourceMetadata");
  expect(more).toEqual([]);
  expect(metadata).toMatchObject({ url: "https://a.example/", domain: "a.example", accessCount: 0 });
  expect((await all(deployment, "sources")).map(({ sourceMetadataId }) => sourceMetadataId)).toEqual(
    Array.from({ length: 3 }, () => metadata?._id),
  );
  const touches = await all(deployment, "unnestTouches");
  expect(touches).toMatchObject([
    { kind: "sourceMetadata", key: metadata?._id, delta: { accessCount: 3, firstSeenAt: 1, lastAccessedAt: 3 } },
  ]);
  await sendParts(deployment, snapshot);
  expect(await all(deployment, "unnestTouches")).toEqual(touches);
});

test("a metadata row takes a better entry and never a worse one", async () => {
  const { deployment, message } = await world();
  const entry = (ogTitle: string, fetchedAt: number) => [{ sourceId: "1", domain: "a.example", ogTitle, fetchedAt }];
  await message({ sources: [page("1")], sourceMetadata: entry("Better", 9) });
  const better = await takeSnapshot(deployment, "phase-2");
  await deployment.run(async ({ db }) => {
    for (const { _id } of await db.query("messages").collect()) await db.delete(_id);
  });
  await message({ sources: [page("1")], sourceMetadata: entry("Worse", 8) });
  const worse = await takeSnapshot(deployment, "phase-2");
  const title = async () => (await all(deployment, "sourceMetadata")).map((row) => row.title);
  await sendParts(deployment, worse);
  expect(await title()).toEqual(["Worse"]);
  await sendParts(deployment, better);
  expect(await title()).toEqual(["Better"]);
  await sendParts(deployment, worse);
  expect(await title()).toEqual(["Better"]);
});

test("a tag comes with its ancestors, and what the application made of it stays", async () => {
  const { deployment, user, conversation, message } = await world();
  await setStep(deployment, "phase-5", "dual-write");
  const fields = { userId: user, messageId: await message({}), conversationId: conversation, createdAt: 4 };
  await put(deployment, "bookmarks", { ...fields, tags: ["Work/Deep"] });
  const snapshot = await takeSnapshot(deployment, "phase-5");
  await sendParts(deployment, snapshot);
  const [work, deep] = await all(deployment, "tags");
  expect(work).toMatchObject({ slug: "work", displayName: "Work", depth: 0, usageCount: 0, createdAt: 4 });
  expect(deep).toMatchObject({ slug: "work/deep", parentId: work?._id, userId: user, usageCount: 0 });
  await deployment.run(async ({ db }) => {
    if (deep !== undefined) await db.patch(deep._id, { displayName: "Deep work", color: "#123" });
  });
  await sendParts(deployment, snapshot);
  expect((await all(deployment, "tags"))[1]).toMatchObject({ displayName: "Deep work", color: "#123" });
});

test("a part that does not fit its schema is invalid, nothing of it is written, and the rest goes on", async () => {
  const { deployment, message } = await world();
  const [bad] = [await message({ toolCalls: [aCall("a"), aCall("b")] }), await message({ toolCalls: [aCall("c")] })];
  const snapshot = await takeSnapshot(deployment, "phase-1");
  const spoilt = snapshot.parts.map((part) => ({
    ...part,
    rows: part.rows.map((row) =>
      row.value.toolCallId === "b" ? { ...row, value: { ...row.value, isPartial: 7 } } : row,
    ),
  }));
  expect(await sendParts(deployment, { ...snapshot, parts: spoilt })).toEqual({
    outcomes: ["invalid", "inserted"],
    faults: [{ list: "parts", at: 0, code: "invalid_row", table: "toolCalls", column: "isPartial" }],
    rest: null,
  });
  expect((await all(deployment, "toolCalls")).map(({ toolCallId }) => toolCallId)).toEqual(["c"]);
  expect((await all(deployment, "toolCalls"))[0]?.messageId).not.toBe(bad);
});

test("rows of others, parts nobody knows and entities that are not there are told apart", async () => {
  const { deployment, message } = await world();
  await message({ sources: [page("1")] });
  const { phase, entities, parts } = await takeSnapshot(deployment, "phase-2");
  const [part] = parts;
  if (part === undefined) throw new Error("the world has a part");
  const [row] = part.rows;
  const twice = { ...part, rows: [row, row] as typeof part.rows };
  const other = { ...part, documentId: "elsewhere" };
  const unknown = [
    { ...part, part: "message/toolCalls" },
    { ...part, table: "notes" },
  ];
  const answer = await sendParts(deployment, { phase, entities: [], parts: [part, twice, other, ...unknown] });
  expect(answer.outcomes).toEqual(Array.from({ length: 5 }, () => "invalid"));
  expect(answer.faults.map(({ code, table }) => [code, table])).toEqual([
    ["entity_missing", "sourceMetadata"],
    ["foreign_row", "sources"],
    ["foreign_row", "sources"],
    ["unknown_part", "messages"],
    ["unknown_part", "notes"],
  ]);
  const misled = entities.map((entity) => ({ ...entity, value: { ...entity.value, url: 7 } }));
  expect((await sendParts(deployment, { phase, entities: misled, parts })).faults).toMatchObject([
    { list: "entities", at: 0, code: "invalid_row", table: "sourceMetadata", column: "url" },
    { list: "parts", at: 0, code: "entity_missing" },
  ]);
  expect(await all(deployment, "sources")).toEqual([]);
  await sendParts(deployment, { phase, entities, parts });
  const collided = entities.map((entity) => ({ ...entity, value: { ...entity.value, url: "https://b.example/" } }));
  expect((await sendParts(deployment, { phase, entities: collided, parts: [] })).faults).toMatchObject([
    { list: "entities", at: 0, code: "url_hash_collision" },
  ]);
});

test("a part whose sync is refused leaves nothing behind either, not even the entities it would have made", async () => {
  const { deployment, message } = await world();
  const id = await message({ sources: [page("1")] });
  const snapshot = await takeSnapshot(deployment, "phase-2");
  await sendParts(deployment, snapshot);
  await deployment.run(async ({ db }) => {
    for (const { _id } of await db.query("sourceMetadata").collect())
      await db.patch(_id, { url: "https://other.example/" });
    await db.patch(id, { sources: [page("1", "https://new.example/"), page("2")] });
  });
  expect(await sendParts(deployment, { ...snapshot, entities: [] })).toMatchObject({
    outcomes: ["invalid"],
    faults: [{ list: "parts", at: 0, code: "url_hash_collision" }],
  });
  expect(await all(deployment, "sourceMetadata")).toHaveLength(1);
  expect(await all(deployment, "sources")).toMatchObject([{ url: "https://a.example/" }]);
});

test("one id stands for one content, under one epoch, while the phase is on", async () => {
  const { deployment, message } = await world();
  await message({ toolCalls: [aCall("a")] });
  const snapshot = await takeSnapshot(deployment, "phase-1");
  const send = (sending: object) => sendParts(deployment, snapshot, { batchId: "one", ...sending });
  await expect(send({ epoch: 2 })).rejects.toMatchObject({ data: { code: "epoch_ended", batchId: "one", epoch: 1 } });
  await setStep(deployment, "phase-1", "off");
  await expect(send({})).rejects.toMatchObject({ data: { code: "phase_off", batchId: "one" } });
  expect(await all(deployment, "toolCalls")).toEqual([]);
  await setStep(deployment, "phase-1", "dual-write");
  const answer = await send({});
  await deployment.run(async ({ db }) => {
    for (const { _id } of await db.query("toolCalls").collect()) await db.delete(_id);
  });
  expect(await send({})).toEqual(answer);
  expect(await all(deployment, "toolCalls")).toEqual([]);
  await expect(send({ hash: "other" })).rejects.toMatchObject({ data: { code: "batch_changed", batchId: "one" } });
  await setStep(deployment, "phase-1", "dual-write", 2);
  await expect(send({})).rejects.toMatchObject({ data: { code: "epoch_ended", epoch: 2 } });
  await expect(send({ epoch: 2 })).rejects.toMatchObject({ data: { code: "batch_changed" } });
});

test("a batch's id stands for its phase, and a phase that nobody knows has no batches", async () => {
  const { deployment } = await world();
  const empty = { entities: [], parts: [] };
  await sendParts(deployment, { ...empty, phase: "phase-1" }, { batchId: "one" });
  await expect(sendParts(deployment, { ...empty, phase: "phase-2" }, { batchId: "one" })).rejects.toMatchObject({
    data: { code: "batch_changed", migrationId: "phase-2", batchId: "one" },
  });
  await expect(
    sendParts(deployment, { ...empty, phase: "phase-9" as "phase-1" }, { batchId: "two" }),
  ).rejects.toMatchObject({ data: { code: "unknown_phase", migrationId: "phase-9", batchId: "two" } });
});

test("a batch closes when half of a limit is used, and its rest is another batch", async () => {
  const { deployment, message } = await world();
  const ids = await Promise.all(Array.from({ length: 24 }, (_, n) => message({ toolCalls: [aCall(`c${n}`)] })));
  const snapshot = await takeSnapshot(deployment, "phase-1");
  // No part reads it, so that the fingerprints stay.
  for (const id of ids) await deployment.run(({ db }) => db.patch(id, { content: "x".repeat(900_000) }));
  const first = await sendParts(deployment, snapshot, { batchId: "big" });
  expect(first.rest).toEqual({ batchId: "big.1", from: first.outcomes.length });
  expect(first.outcomes.length).toBeGreaterThan(5);
  const left = { ...snapshot, parts: snapshot.parts.slice(first.rest?.from) };
  const second = await sendParts(deployment, left, { batchId: "big.1" });
  const third = { ...left, parts: left.parts.slice(second.rest?.from) };
  expect(second.rest?.batchId).toBe("big.1.1");
  expect((await sendParts(deployment, third, { batchId: "big.1.1" })).rest).toBeNull();
  expect(await all(deployment, "toolCalls")).toHaveLength(24);
});

test("under authority new a late batch neither empties a part nor brings a snapshot's entities back", async () => {
  const { deployment, message } = await world();
  const id = await message({ sources: [page("1"), page("2", "https://b.example/")] });
  const snapshot = await takeSnapshot(deployment, "phase-2");
  await sendParts(deployment, snapshot);
  await setStep(deployment, "phase-2", "cleaned");
  await deployment.run(async ({ db }) => {
    await db.patch(id, { sources: undefined });
    const [first, second] = await db.query("sources").collect();
    if (first === undefined || second === undefined) throw new Error("the part was imported");
    await db.delete(second._id);
    await db.delete(second.sourceMetadataId);
  });
  expect(await sendParts(deployment, snapshot)).toMatchObject({ outcomes: ["resynced"] });
  expect(await all(deployment, "sources")).toMatchObject([{ position: 1, url: "https://a.example/" }]);
  expect(await all(deployment, "sourceMetadata")).toMatchObject([{ url: "https://a.example/" }]);
});

test("under authority new a late batch takes away rows whose conversation is gone, and rebuild still gives them back", async () => {
  const { deployment, conversation, message } = await world();
  const toolCall = aCall("a");
  const id = await message({ toolCalls: [toolCall] });
  const snapshot = await takeSnapshot(deployment, "phase-1");
  await sendParts(deployment, snapshot);
  await setStep(deployment, "phase-1", "cleaned");
  await deployment.run(async ({ db }) => {
    await db.patch(id, { toolCalls: undefined });
    await db.delete(conversation);
  });
  expect(await sendParts(deployment, snapshot, { batchId: "late" })).toMatchObject({ outcomes: ["resynced"] });
  expect(await all(deployment, "toolCalls")).toEqual([]);
  const rebuilt = await deployment.run(async ({ db }) => {
    const document = await anyReader(db).get(id);
    return document && (await rebuiltFields(anyReader(db), toolCalls, document));
  });
  expect(rebuilt).toMatchObject({ toolCalls: [toolCall] });
});
