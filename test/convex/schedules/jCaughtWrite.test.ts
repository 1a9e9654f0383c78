/** Schedule j: an application that catches the error of a write and goes on. */
import { expect, test } from "vitest";
import { all } from "../deployment.js";
import { aMessage } from "../documents.js";
import { expectInStep } from "../dualWrite/inStep.js";
import { aCall, world } from "../dualWrite/world.js";
import { wrapped } from "../dualWrite/wrapped.js";

test("of a write that failed nothing follows, and the mutation's other writes are kept in step", async () => {
  const { deployment, conversation, user } = await world();
  const toolCalls = [aCall("a")];
  const messageId = await wrapped(deployment, (db) => db.insert("messages", aMessage(conversation, { toolCalls })));
  const touches = (await all(deployment, "unnestTouches")).length;
  const failures: string[] = [];
  await wrapped(deployment, async (db) => {
    const trying = async (name: string, write: Promise<unknown>) => {
      await write.catch(() => failures.push(name));
    };
    const odd = { toolCalls: [aCall("b")], status: "no status" as "complete" };
    await trying("insert", db.insert("messages", aMessage(conversation, odd)));
    await trying("patch", db.patch(messageId, odd));
    await trying("replace", db.replace(messageId, aMessage(conversation, odd)));
    await db.delete(user);
    await trying("delete", db.delete(user));
    await db.patch(messageId, { toolCalls: [aCall("c")] });
  });
  expect(failures).toEqual(["insert", "patch", "replace", "delete"]);
  expect(await all(deployment, "messages")).toMatchObject([{ toolCalls: [{ id: "c" }], status: "complete" }]);
  expect(await all(deployment, "toolCalls")).toEqual([]);
  expect(await all(deployment, "unnestTouches")).toHaveLength(touches);
  await expectInStep(deployment);
});

test("a write stands though its sync fails, and a job is left for the part", async () => {
  const { deployment, conversation } = await world();
  // Two urls with one hash, which nothing may merge.
  const sources = [{ id: "1", title: "A", url: "https://a.example/" }];
  const first = await wrapped(deployment, (db) => db.insert("messages", aMessage(conversation, { sources })));
  await deployment.run(async ({ db }) => {
    for (const { _id } of await db.query("sourceMetadata").collect())
      await db.patch(_id, { url: "https://b.example/" });
  });
  const second = await wrapped(deployment, (db) =>
    db.insert("messages", aMessage(conversation, { sources, toolCalls: [aCall("a")] })),
  );
  expect(await all(deployment, "sources")).toMatchObject([{ messageId: first }]);
  expect(await all(deployment, "toolCalls")).toMatchObject([{ messageId: second }]);
  expect(await all(deployment, "unnestJobs")).toMatchObject([
    { kind: "message/sources", documentId: second, epoch: 1 },
  ]);
});

test("writes that a mutation begins together are followed one after another", async () => {
  const { deployment, conversation, user } = await world();
  const messageId = await wrapped(deployment, (db) => db.insert("messages", aMessage(conversation)));
  const bookmark = { userId: user, messageId, conversationId: conversation, createdAt: 1, tags: ["Same"] };
  await wrapped(deployment, async (db) => {
    await Promise.all([
      ...Array.from({ length: 5 }, () => db.insert("bookmarks", bookmark)),
      db.patch(messageId, { toolCalls: [aCall("a")] }),
      db.patch(messageId, { partialToolCalls: [aCall("b")] }),
    ]);
  });
  expect(await all(deployment, "tags")).toHaveLength(1);
  expect(await all(deployment, "toolCalls")).toHaveLength(2);
  expect((await all(deployment, "unnestTouches")).filter(({ kind }) => kind === "tags")).toHaveLength(1);
  await expectInStep(deployment);
});
