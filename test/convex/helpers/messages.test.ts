import { describe, expect, test } from "vitest";
import { addAttachment, removeAttachment } from "../../../convex/helpers/attachments.js";
import { setSiteName } from "../../../convex/helpers/setSiteName.js";
import { addSourceMetadata, replaceSources } from "../../../convex/helpers/sources.js";
import { completeToolCalls, upsertToolCall } from "../../../convex/helpers/toolCalls.js";
import { attachments } from "../../../transforms/attachments.js";
import { sources } from "../../../transforms/sources.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { conversed } from "../conversed.js";
import { all, put } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { expectInStep } from "../dualWrite/inStep.js";
import { act, bring, expectSide, partValue, refusal, steps } from "./act.js";

type Message = Parameters<typeof aMessage>[1];

async function world(message: Message = {}) {
  const { deployment, conversation } = await conversed();
  const id = await put(deployment, "messages", aMessage(conversation, message));
  return { deployment, id };
}

const stored = async ({ deployment }: Pick<Awaited<ReturnType<typeof world>>, "deployment">) =>
  await deployment.run(({ storage }) => storage.store(new Blob(["x"])));

const file = (name: string, storageId: string) =>
  ({ type: "file", name, storageId, mimeType: "text/plain", size: 1 }) as const;

const source = (id: string, url = `https://${id}.example/`) => ({ id, title: `T${id}`, url });

describe.each(steps)("at step %s", (step) => {
  test("attachments are added behind, and positions follow what is removed", async () => {
    const { deployment, id } = await world();
    const storageId = await stored({ deployment });
    await deployment.run(({ db }) => db.patch(id, { attachments: [file("a", storageId), file("b", storageId)] }));
    await bring(deployment, "phase-1", step, [attachments]);
    await act(deployment, (ctx) => addAttachment(ctx, id, file("c", storageId)));
    await act(deployment, (ctx) => removeAttachment(ctx, id, 0));
    expect(await partValue(deployment, attachments, id, step)).toEqual({
      attachments: [file("b", storageId), file("c", storageId)],
    });
    await expectSide(deployment, attachments, id, step);
    const rows = (await all(deployment, "attachments")).map(({ name, position }) => [name, position]);
    const kept = [
      ["b", 0],
      ["c", 1],
    ];
    expect(rows).toEqual(step === "off" ? [] : kept);
    expect(await refusal(deployment, (ctx) => removeAttachment(ctx, id, 2))).toBe("position_missing");
    await expectInStep(deployment);
  });

  test("a tool call that arrives twice stays one, where it stood, and keeps what the later write lacks", async () => {
    const { deployment, id } = await world({
      toolCalls: [aCall("a", { textPosition: 7, result: '{"n":1}' }), aCall("b")],
    });
    await bring(deployment, "phase-1", step, [toolCalls]);
    for (const _ of [1, 2]) {
      await act(deployment, (ctx) => upsertToolCall(ctx, id, { id: "a", name: "search", arguments: { q: 2 } }));
    }
    expect(await partValue(deployment, toolCalls, id, step)).toEqual({
      toolCalls: [aCall("a", { arguments: '{"q":2}', textPosition: 7, result: '{"n":1}' }), aCall("b")],
    });
    await expectSide(deployment, toolCalls, id, step);
    await expectInStep(deployment);
  });

  test("a call is partial while its message streams, and settles", async () => {
    const { deployment, id } = await world({ status: "generating" });
    await bring(deployment, "phase-1", step, [toolCalls]);
    const written = { id: "a", name: "search", arguments: '{"q":1}', timestamp: 5, textPosition: 3 };
    await act(deployment, (ctx) => upsertToolCall(ctx, id, written));
    expect(await partValue(deployment, toolCalls, id, step)).toEqual({ partialToolCalls: [written] });
    if (step !== "off") expect(await all(deployment, "toolCalls")).toMatchObject([{ isPartial: true }]);
    await act(deployment, (ctx) => completeToolCalls(ctx, id));
    expect(await partValue(deployment, toolCalls, id, step)).toEqual({ toolCalls: [written] });
    if (step !== "off")
      expect(await all(deployment, "toolCalls")).toMatchObject([{ isPartial: false, textPosition: 3 }]);
    await expectInStep(deployment);
  });

  test("arguments and results are encoded once, whether they come as JSON, as text or as values", async () => {
    const { deployment, id } = await world();
    await bring(deployment, "phase-1", step, [toolCalls]);
    const results = { json: '{"n":1}', text: "sunny", native: { n: 1 } };
    for (const [name, result] of Object.entries(results)) {
      await act(deployment, (ctx) => upsertToolCall(ctx, id, { id: name, name, arguments: {}, result, timestamp: 5 }));
    }
    const { toolCalls: calls } = await partValue(deployment, toolCalls, id, step);
    expect(calls).toMatchObject([{ result: '{"n":1}' }, { result: "sunny" }, { result: '{"n":1}' }]);
    if (step === "off") return;
    expect((await all(deployment, "toolCalls")).map(({ result }) => result)).toEqual([{ n: 1 }, "sunny", { n: 1 }]);
  });

  test("new sources take the place of old ones, and what is known of a url stays only with that url", async () => {
    const entry = (sourceId: string) => ({ sourceId, domain: `${sourceId}.example`, ogTitle: sourceId, fetchedAt: 9 });
    const { deployment, id } = await world({
      sources: [source("1"), source("2")],
      sourceMetadata: [entry("1"), entry("2")],
    });
    await bring(deployment, "phase-2", step, [sources]);
    const cited = [source("1"), source("2", "https://other.example/")];
    await act(deployment, (ctx) => replaceSources(ctx, id, cited));
    expect(await partValue(deployment, sources, id, step)).toEqual({ sources: cited, sourceMetadata: [entry("1")] });
    await act(deployment, (ctx) => addSourceMetadata(ctx, id, [entry("2")]));
    expect(await partValue(deployment, sources, id, step)).toEqual({
      sources: cited,
      sourceMetadata: [entry("1"), entry("2")],
    });
    await expectSide(deployment, sources, id, step);
    expect(await refusal(deployment, (ctx) => addSourceMetadata(ctx, id, [entry("3")]))).toBe("source_missing");
    if (step !== "off") {
      const metadata = await all(deployment, "sourceMetadata");
      expect(metadata.map(({ url, title }) => [url, title])).toContainEqual(["https://other.example/", "2"]);
    }
    await expectInStep(deployment);
  });

  test("what does not fit is refused by code, and nothing is written", async () => {
    const { deployment, id } = await world({ sources: [source("1")] });
    const storageId = await stored({ deployment });
    await deployment.run(({ storage }) => storage.delete(storageId));
    await bring(deployment, "phase-1", step, [attachments, toolCalls]);
    await bring(deployment, "phase-2", step, [sources]);
    const before = await all(deployment, "messages");
    const bad = { ...file("a", storageId), type: "film" as never };
    expect(await refusal(deployment, (ctx) => addAttachment(ctx, id, bad))).toBe("invalid_value");
    expect(await refusal(deployment, (ctx) => addAttachment(ctx, id, file("a", storageId)))).toBe("storage_missing");
    expect(await refusal(deployment, (ctx) => addAttachment(ctx, id, file("a", id)))).toBe("storage_missing");
    expect(
      await refusal(deployment, (ctx) => upsertToolCall(ctx, id, { ...aCall("a"), timestamp: "5" as never })),
    ).toBe("invalid_value");
    expect(await refusal(deployment, (ctx) => replaceSources(ctx, id, [source("1", "")]))).toBe("source_without_url");
    expect(await refusal(deployment, (ctx) => completeToolCalls(ctx, "nobody"))).toBe("document_missing");
    expect(await all(deployment, "messages")).toEqual(before);
  });
});

test("of a call in both lists the complete values count, and its place in the text is kept", async () => {
  const { deployment, id } = await world({
    toolCalls: [aCall("a", { result: "[1]" })],
    partialToolCalls: [aCall("a", { textPosition: 4 }), aCall("b")],
  });
  await act(deployment, (ctx) => completeToolCalls(ctx, id));
  expect(await partValue(deployment, toolCalls, id, "off")).toEqual({
    toolCalls: [aCall("a", { result: "[1]", textPosition: 4 }), aCall("b")],
  });
});

test("under authority new an edit whose rebuilt document would pass Convex's limit is refused", async () => {
  const { deployment, id } = await world({ content: "x".repeat(600_000) });
  await bring(deployment, "phase-1", "cleaned", [toolCalls]);
  const large = { id: "a", name: "n", arguments: JSON.stringify("y".repeat(500_000)) };
  expect(await refusal(deployment, (ctx) => upsertToolCall(ctx, id, large))).toBe("document_too_large");
  expect(await all(deployment, "toolCalls")).toEqual([]);
});

test("an attachment that never became a row does not shift positions once nothing but rows is left", async () => {
  const { deployment, id } = await world();
  const storageId = await stored({ deployment });
  const three = [file("bad", "no storage id"), file("b", storageId), file("c", storageId)];
  await deployment.run(({ db }) => db.patch(id, { attachments: three }));
  await bring(deployment, "phase-1", "complete", [attachments]);
  await act(deployment, (ctx) => removeAttachment(ctx, id, 1));
  expect((await all(deployment, "attachments")).map(({ name }) => name)).toEqual(["c"]);
});

test("a site's name is the application's: syncs leave it", async () => {
  const { deployment } = await world({ sources: [source("1")] });
  await bring(deployment, "phase-2", "dual-write", [sources]);
  const [metadata] = await all(deployment, "sourceMetadata");
  await act(deployment, (ctx) => setSiteName(ctx, String(metadata?._id), "One"));
  await expectInStep(deployment);
  expect(await all(deployment, "sourceMetadata")).toMatchObject([{ siteName: "One" }]);
  await act(deployment, (ctx) => setSiteName(ctx, String(metadata?._id), undefined));
  expect((await all(deployment, "sourceMetadata"))[0]).not.toHaveProperty("siteName");
});
