import { expect, test } from "vitest";
import { editPart } from "../../../convex/helpers/editPart.js";
import { startSync } from "../../../convex/sync/sync.js";
import { conversationIds } from "../../../transforms/conversationIds.js";
import { sources } from "../../../transforms/sources.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { all, put, setStep } from "../deployment.js";
import { aCall, aConversation, aMessage } from "../documents.js";
import { world } from "../dualWrite/world.js";
import { refusal } from "../dualWrite/wrapped.js";

test("an edit under authority old writes the old field and the rows; two at once both count", async () => {
  const { deployment, conversation } = await world();
  const messageId = await put(deployment, "messages", aMessage(conversation));
  await deployment.run(async (ctx) => {
    const sync = await startSync(ctx);
    const add = (id: string) =>
      editPart(sync, toolCalls, messageId, ({ toolCalls: before = [] }) => ({
        toolCalls: [...(before as object[]), aCall(id)] as never,
      }));
    await Promise.all([add("a"), add("b")]);
  });
  expect((await all(deployment, "messages"))[0]?.toolCalls).toHaveLength(2);
  expect(await all(deployment, "toolCalls")).toMatchObject([{ toolCallId: "a" }, { toolCallId: "b" }]);
});

test("an edit of a project's array moves its conversations' links, as long as the array counts", async () => {
  const { deployment, user, project } = await world();
  const [first, second] = [
    await put(deployment, "conversations", aConversation(user, { projectId: project })),
    await put(deployment, "conversations", aConversation(user, { projectId: project })),
  ];
  const order = (ids: string[]) =>
    deployment.run(async (ctx) =>
      editPart(await startSync(ctx), conversationIds, project, () => ({ conversationIds: ids })),
    );
  const positions = async () => {
    const rows = await all(deployment, "projectConversations");
    return [first, second].map((id) => rows.find(({ conversationId }) => conversationId === id)?.position);
  };
  await order([first, second]);
  expect(await positions()).toEqual([0, 1]);
  await order([second, first]);
  expect(await positions()).toEqual([1, 0]);
  await setStep(deployment, "phase-3", "returning");
  await order([first, second]);
  expect(await positions()).toEqual([0, 1]);
});

test("under authority new an edit is refused that the rebuilt document has no room for, its other parts included", async () => {
  const { deployment, conversation } = await world("cleaned");
  const messageId = await put(deployment, "messages", aMessage(conversation));
  const edit = (size: number) => async (part: "calls" | "sources") =>
    await deployment.run(async (ctx) => {
      const text = "x".repeat(size);
      const moved =
        part === "calls"
          ? { toolCalls: [aCall("a", { result: text })] }
          : { sources: [{ id: "1", title: text, url: "https://a.example/" }] };
      await editPart(await startSync(ctx), part === "calls" ? toolCalls : sources, messageId, () => moved as never);
    });
  await edit(600_000)("calls");
  expect(await refusal(edit(600_000)("sources"))).toMatchObject({ code: "document_too_large" });
  await edit(400_000)("sources");
  expect(await refusal(edit(700_000)("calls"))).toMatchObject({ code: "document_too_large" });
  // What does not fit in any case may still be made smaller.
  await deployment.run(({ db }) => db.patch(messageId, { content: "x".repeat(500_000) }));
  await edit(300_000)("sources");
});
