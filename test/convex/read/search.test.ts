import { expect, test } from "vitest";
import { api } from "../../../fixtures/application/api.js";
import { meaningOf } from "../../../fixtures/application/meaningOf.js";
import { conversed } from "../conversed.js";
import { put } from "../deployment.js";
import { aMessage } from "../documents.js";

async function searchable(contents: readonly string[]) {
  const { deployment, user, conversation } = await conversed();
  for (const content of contents) {
    await put(deployment, "messages", aMessage(conversation, { content, userId: user, embedding: meaningOf(content) }));
  }
  const search = async (text: string, limit?: number) => {
    const caller = deployment.withIdentity({ subject: "c" });
    return await caller.action(api.reads.hybridSearch, { text, ...(limit === undefined ? {} : { limit }) });
  };
  return { deployment, conversation, search };
}

test("what words and meaning both find comes before what one of them finds", async () => {
  const { search } = await searchable([
    "a feline, a kitten",
    "my cat is feline",
    "the cat in the concatenation of dog dog dog",
  ]);
  const found = await search("cat");
  expect(found.map(({ message }) => message.content)).toEqual([
    "my cat is feline",
    "the cat in the concatenation of dog dog dog",
    "a feline, a kitten",
  ]);
  expect(found[0]?.score).toBeGreaterThan(found[2]?.score ?? 1);
  expect(found[0]?.message).not.toHaveProperty("embedding");
});

test("a search gives no more than is asked for, and nothing for no words", async () => {
  const { search } = await searchable(Array.from({ length: 30 }, (_, at) => `cat ${at}`));
  expect(await search("cat", 7)).toHaveLength(7);
  expect(await search("cat", 10_000)).toHaveLength(30);
  expect(await search("  ")).toEqual([]);
});

test("a message without a user id is found by a search of its conversation", async () => {
  const { deployment, conversation, search } = await searchable([]);
  await put(deployment, "messages", aMessage(conversation, { content: "cat", embedding: meaningOf("cat") }));
  expect(await search("cat")).toEqual([]);
  const caller = deployment.withIdentity({ subject: "c" });
  expect(await caller.action(api.reads.hybridSearch, { text: "cat", conversationId: conversation })).toHaveLength(1);
});
