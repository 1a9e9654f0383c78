/** Which side answers reads of one part, step by step. */

import { expect, test } from "vitest";
import { anyReader, anyWriter } from "../../../convex/documents.js";
import type { Step } from "../../../convex/phases.js";
import { getMessageAttachments } from "../../../convex/read/getMessageAttachments.js";
import { getMessageSources } from "../../../convex/read/getMessageSources.js";
import { getMessageToolCalls } from "../../../convex/read/getMessageToolCalls.js";
import { getTags } from "../../../convex/read/getTags.js";
import { originalsNeeded, writeOriginals } from "../../../convex/sync/originals.js";
import { storedPartOf } from "../../../convex/sync/storedPart.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import { sources } from "../../../transforms/sources.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { conversed } from "../conversed.js";
import { put, setStep } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { readAll } from "./readAll.js";
import { openJob, sync } from "./world.js";

const old: readonly Step[] = ["off", "dual-write", "shadow"];
const rows: readonly Step[] = ["new-then-old", "new", "cleaned", "returning", "complete"];

/** A message whose rows say `row` and whose old field says `field`. */
async function twoSided() {
  const { deployment, conversation } = await conversed();
  await setStep(deployment, "phase-1", "dual-write");
  const message = await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("row")] }));
  await sync(deployment, toolCalls, message);
  await deployment.run(({ db }) => db.patch(message, { toolCalls: [aCall("field")] }));
  const read = async () => {
    const { page } = await deployment.query((ctx) => getMessageToolCalls(ctx, { messageId: message }));
    return page.map(({ toolCallId }) => toolCallId);
  };
  return { deployment, message, read };
}

test.each(old)("at %s the old field answers", async (step) => {
  const { deployment, read } = await twoSided();
  await setStep(deployment, "phase-1", step);
  expect(await read()).toEqual(["field"]);
});

test.each(rows)("at %s rows answer", async (step) => {
  const { deployment, read } = await twoSided();
  await setStep(deployment, "phase-1", step);
  expect(await read()).toEqual(["row"]);
});

test.each(["new-then-old", "new", "cleaned"] as const)(
  "at %s a part without rows answers from its old field",
  async (step) => {
    const { deployment, conversation } = await conversed();
    const message = await put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall("a")] }));
    await setStep(deployment, "phase-1", step);
    const { page } = await deployment.query((ctx) => getMessageToolCalls(ctx, { messageId: message }));
    expect(page).toMatchObject([{ toolCallId: "a", args: { q: 1 }, argsEncoding: "json", isPartial: false }]);
  },
);

test.each(["new-then-old", "new", "cleaned"] as const)(
  "at %s a part with an open job answers from its old field",
  async (step) => {
    const { deployment, message, read } = await twoSided();
    await setStep(deployment, "phase-1", step);
    await openJob(deployment, toolCalls, message);
    expect(await read()).toEqual(["field"]);
    await deployment.run(({ db }) => db.patch(message, { toolCalls: undefined }));
    expect(await read()).toEqual(step === "cleaned" ? ["row"] : []);
  },
);

test("both sides answer in the same shape, ids aside", async () => {
  const { deployment, user, conversation } = await conversed();
  const given = {
    toolCalls: [aCall("a", { result: "[1]", textPosition: 7 })],
    sources: [{ id: "2", title: "A", url: "https://a.example/" }],
    sourceMetadata: [{ sourceId: "2", domain: "a.example", ogTitle: "A!", fetchedAt: 9 }],
  };
  const message = await put(deployment, "messages", aMessage(conversation, given));
  const saved = { userId: user, messageId: message, conversationId: conversation, createdAt: 4 };
  const bookmark = await put(deployment, "bookmarks", { ...saved, tags: ["Work/Project", " work/project", "b"] });
  const read = async () =>
    await deployment.query(async (ctx) => [
      (await getMessageToolCalls(ctx, { messageId: message })).page,
      (await getMessageSources(ctx, { messageId: message })).page,
      (await getTags(ctx, { table: "bookmarks", documentId: bookmark })).page,
    ]);
  const fromOld = await read();
  for (const phase of ["phase-1", "phase-2", "phase-5"] as const) await setStep(deployment, phase, "dual-write");
  for (const transform of [toolCalls, sources]) await sync(deployment, transform, message);
  await sync(deployment, bookmarkTags, bookmark);
  for (const phase of ["phase-1", "phase-2", "phase-5"] as const) await setStep(deployment, phase, "new");
  const fromRows = await read();
  expect(fromRows.flat()).not.toEqual([]);
  const bare = (items: readonly object[]) =>
    items.map((item) => {
      const { _id, _creationTime, sourceMetadataId, tag, ...rest } = item as Record<string, unknown>;
      return rest;
    });
  expect(fromRows.map(bare)).toEqual(fromOld.map(bare));
  expect(fromOld[2]).toMatchObject([
    { slug: "work/project", label: "Work/Project" },
    { slug: "b", position: 2 },
  ]);
  expect(fromRows[2]).toMatchObject([{ tag: { displayName: "Work/Project" } }, { tag: { slug: "b" } }]);
});

test("partial tool calls are read only when asked for, and settle with their message", async () => {
  const { deployment, conversation } = await conversed();
  const streaming = { status: "generating" as const, toolCalls: [aCall("a")], partialToolCalls: [aCall("b")] };
  const message = await put(deployment, "messages", aMessage(conversation, streaming));
  const read = async (includePartial: boolean) => {
    const { page } = await deployment.query((ctx) => getMessageToolCalls(ctx, { messageId: message, includePartial }));
    return page.map(({ toolCallId }) => toolCallId);
  };
  expect([await read(false), await read(true)]).toEqual([["a"], ["a", "b"]]);
  await deployment.run(({ db }) => db.patch(message, { status: "complete" }));
  expect(await read(false)).toEqual(["a", "b"]);
});

test("a part too large for rows is seen whole, page by page, at every step", async () => {
  const { deployment, conversation } = await conversed();
  const many = Array.from({ length: 1_200 }, (_, at) => aCall(`call ${at}`));
  const message = await put(deployment, "messages", aMessage(conversation, { toolCalls: many }));
  const readWhole = async () => {
    const { items, pages } = await readAll(10_000, (paginationOpts) =>
      deployment.query((ctx) => getMessageToolCalls(ctx, { messageId: message, paginationOpts })),
    );
    return { ids: items.map(({ toolCallId }) => toolCallId), pages };
  };
  const whole = { ids: many.map(({ id }) => id), pages: 3 };
  for (const step of ["dual-write", "new-then-old", "new"] as const) {
    await setStep(deployment, "phase-1", step);
    await sync(deployment, toolCalls, message);
    expect(await readWhole()).toEqual(whole);
  }
  // Cleanup keeps what the rows do not give back and removes the field.
  await setStep(deployment, "phase-1", "cleaned");
  await deployment.run(async ({ db }) => {
    const document = await db.get(message);
    if (document === null) return;
    const stored = await storedPartOf(anyReader(db), toolCalls, document as never);
    await writeOriginals(anyWriter(db), toolCalls, message, originalsNeeded(toolCalls, document as never, stored));
    await db.patch(message, { toolCalls: undefined });
  });
  expect(await readWhole()).toEqual(whole);
});

test("a list goes on where its page ended, though the side changes in between", async () => {
  const { deployment, conversation } = await conversed();
  await setStep(deployment, "phase-1", "dual-write");
  const many = ["a", "b", "c", "d"].map((id) => aCall(id));
  const message = await put(deployment, "messages", aMessage(conversation, { toolCalls: many }));
  await sync(deployment, toolCalls, message);
  const page = async (step: Step, cursor: string | null) => {
    await setStep(deployment, "phase-1", step);
    const paginationOpts = { numItems: 2, cursor };
    return await deployment.query((ctx) => getMessageToolCalls(ctx, { messageId: message, paginationOpts }));
  };
  const first = await page("shadow", null);
  const second = await page("new-then-old", first.continueCursor);
  const ids = [first, second].map((each) => each.page.map(({ toolCallId }) => toolCallId));
  expect(ids).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
  expect([first.isDone, second.isDone]).toEqual([false, true]);
});

test("a message that is gone has nothing, and a cursor that nobody wrote is refused as Convex refuses its own", async () => {
  const { deployment, conversation } = await conversed();
  const message = await put(deployment, "messages", aMessage(conversation));
  await deployment.run(({ db }) => db.delete(message));
  const read = (cursor: string | null) =>
    deployment.query((ctx) =>
      getMessageAttachments(ctx, { messageId: message, paginationOpts: { numItems: 5, cursor } }),
    );
  expect(await read(null)).toMatchObject({ page: [], isDone: true });
  await expect(read("no number")).rejects.toMatchObject({ data: { paginationError: "InvalidCursor" } });
});
