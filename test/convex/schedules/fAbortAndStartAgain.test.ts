import type { GenericId } from "convex/values";
import { expect, test } from "vitest";
import type { Phase } from "../../../convex/phases.js";
import { api } from "../../../fixtures/application/api.js";
import { all, put } from "../deployment.js";
import { aMessage } from "../documents.js";
import { expectInStep } from "../dualWrite/inStep.js";
import { stopClock } from "../phase/clock.js";
import { call, climb, drive, refusalOf } from "../phase/drive.js";
import { aWorld, source, call as toolCall } from "../phase/world.js";

stopClock();

/** Message counts are right from the start only in an application that always counted. */
const phases: readonly Phase[] = ["phase-1", "phase-2", "phase-3", "phase-4", "phase-5", "phase-6"];

test("(f) abort with rows half imported, half written by users, then a fresh start: rows and sums are those of the documents", async () => {
  const { deployment, conversation, user, message } = await aWorld();
  const ids: GenericId<"messages">[] = [];
  for (let at = 0; at < 6; at += 1) {
    const fields = { toolCalls: [toolCall(`c${at}`)], sources: [source("1")] };
    ids.push(await put(deployment, "messages", aMessage(conversation, { model: "m", inputTokens: 1, ...fields })));
  }
  for (const migrationId of phases) await call(deployment, "switchStep", { migrationId, to: "dual-write" });
  const write = async (messageId: GenericId<"messages"> | undefined, content: string) => {
    if (messageId === undefined) return;
    const answer = { content, inputTokens: 5, outputTokens: 7, toolCalls: [toolCall(content)], sources: [source("2")] };
    await deployment.mutation(api.messages.complete, { messageId, ...answer, now: 20 });
  };
  const batch = (migrationId: string, part: string, some: typeof ids) => ({
    migrationId,
    epoch: 1,
    batchId: `${part} of ${some.length}`,
    hash: "",
    parts: some.map((documentId) => ({ table: "messages", documentId, part })),
    duplicates: [],
  });

  // Half is imported, half a user writes; all of it with touches that nobody has folded yet.
  await call(deployment, "resync", batch("phase-1", "message/toolCalls", ids.slice(0, 3)));
  await call(deployment, "resync", batch("phase-2", "message/sources", ids.slice(0, 3)));
  for (const id of ids.slice(2, 5)) await write(id, "first");
  await deployment.mutation(api.bookmarks.add, { userId: user, messageId: message, tags: ["A", "b"], now: 21 });
  await deployment.mutation(api.messages.send, { conversationId: conversation, content: "hi", now: 22 });

  for (const migrationId of phases) await call(deployment, "startAbort", { migrationId, valuesSaved: true });
  const first = await call(deployment, "abortPage", { migrationId: "phase-2", epoch: 1, documents: 1 });
  await write(ids[5], "while aborting");
  const late = call(deployment, "resync", batch("phase-2", "message/sources", ids.slice(3)));
  expect(await refusalOf(late)).toEqual(["phase_off"]);
  const again = call(deployment, "switchStep", { migrationId: "phase-2", to: "dual-write" });
  expect(await refusalOf(again)).toEqual(["switch_refused", "rows_left"]);
  await drive(deployment, "abortPage", { migrationId: "phase-2", epoch: 1, cursor: first.cursor });
  for (const migrationId of phases) await drive(deployment, "abortPage", { migrationId, epoch: 1 });
  for (const table of ["toolCalls", "sources", "sourceMetadata", "tags", "bookmarkTags", "unnestTouches"] as const)
    expect(await all(deployment, table), table).toEqual([]);

  for (const migrationId of phases) expect(await climb(deployment, migrationId, "dual-write")).toBe(2);
  const stale = call(deployment, "resync", batch("phase-2", "message/sources", ids));
  expect(await refusalOf(stale)).toEqual(["epoch_ended"]);
  await write(ids[0], "second");
  await expectInStep(deployment);
  expect((await all(deployment, "toolCalls")).map(({ toolCallId }) => toolCallId)).toContain("while aborting");
});
