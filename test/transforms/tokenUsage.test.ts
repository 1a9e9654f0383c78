import { expect, test } from "vitest";
import { tokenUsage } from "../../transforms/tokenUsage.js";
import { doc, mapIn, store } from "./world.js";

test("the cache is kept whole, and comes back from the ledger", () => {
  const cache = { systemTokens: 1, messagesTokens: 2, totalTokens: 3 };
  const conversation = doc("conversations:c", { tokenUsage: cache });
  const result = mapIn({ conversations: [conversation] }, tokenUsage, "conversations:c");
  expect(result.entries).toEqual([
    { code: "token_usage_cache", kind: "kept", path: "/tokenUsage", value: cache, element: "tokenUsage" },
  ]);
  expect(tokenUsage.rebuild(store(tokenUsage, conversation, result))).toEqual({ tokenUsage: cache });
});

test("a conversation without one has no element", () => {
  expect(mapIn({ conversations: [doc("conversations:c")] }, tokenUsage, "conversations:c").tally).toEqual({});
});
