/** Schedule l: messages counted by the application's own lines and by the wrapper. */
import { expect, test } from "vitest";
import { api } from "../../../fixtures/application/api.js";
import { drainTouches } from "../aggregates/drainTouches.js";
import { all } from "../deployment.js";
import { aMessage } from "../documents.js";
import { world } from "../dualWrite/world.js";
import { wrapped } from "../dualWrite/wrapped.js";

test("the count is exact whether the application counts, forgets to, or counts wrongly", async () => {
  const { deployment, conversation } = await world();
  const count = async () => {
    await drainTouches(deployment);
    return (await all(deployment, "conversations")).map(({ messageCount }) => messageCount);
  };
  const { answerId: messageId } = await deployment.mutation(api.messages.send, {
    conversationId: conversation,
    content: "a",
    now: 1,
  });
  expect(await count()).toEqual([2]);
  await deployment.mutation(api.messages.send, { conversationId: conversation, content: "b", now: 2 });
  await deployment.mutation(api.messages.remove, { messageId });
  expect(await count()).toEqual([3]);
  await wrapped(deployment, (db) => db.insert("messages", aMessage(conversation)));
  expect(await count()).toEqual([4]);
  await wrapped(deployment, (db) => db.patch(conversation, { messageCount: 17 }));
  await wrapped(deployment, (db) => db.patch("conversations", conversation, { messageCount: undefined }));
  expect(await count()).toEqual([4]);
  await deployment.mutation(api.conversations.branch, { conversationId: conversation, now: 3 });
  expect(await count()).toEqual([4, 4]);
});

test("while phase 7 is off the application counts alone", async () => {
  const { deployment, conversation } = await world("off");
  await deployment.mutation(api.messages.send, { conversationId: conversation, content: "a", now: 1 });
  expect(await all(deployment, "unnestTouches")).toEqual([]);
  expect(await all(deployment, "conversations")).toMatchObject([{ messageCount: 2 }]);
});
