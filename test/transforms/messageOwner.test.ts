import { describe, expect, it } from "vitest";
import { attachments } from "../../transforms/attachments.js";
import { sources } from "../../transforms/sources.js";
import { toolCalls } from "../../transforms/toolCalls.js";
import { mapMessage, tally } from "./messageWorld.js";
import { doc } from "./world.js";

const call = { id: "1", name: "search", arguments: "{}", timestamp: 1 };
const ownerOf = (fields = {}, world = {}) =>
  mapMessage(toolCalls, { toolCalls: [call], ...fields }, world).rows[0]?.value.userId;

describe("the owner of a message's rows", () => {
  it("is the message's user, else the conversation's, whichever exists", () => {
    expect(ownerOf({ userId: "users:bob" })).toBe("users:bob");
    expect(ownerOf({ userId: undefined })).toBe("users:ann");
    expect(ownerOf({ userId: "users:gone" })).toBe("users:ann");
    expect(ownerOf({ userId: 7 })).toBe("users:ann");
  });

  it("is nobody: the elements are rejected", () => {
    const world = { conversations: [doc("conversations:c", { userId: "users:gone" })] };
    const result = mapMessage(toolCalls, { toolCalls: [call, null], partialToolCalls: 5, userId: undefined }, world);
    expect(result).toEqual({
      rows: [],
      mentions: [],
      entries: [
        { code: "owner_missing", kind: "rejected", path: "/toolCalls/0", value: call, element: "toolCall" },
        { code: "owner_missing", kind: "rejected", path: "/toolCalls/1", value: null, element: "toolCall" },
        { code: "owner_missing", kind: "rejected", path: "/partialToolCalls", value: 5, element: "partialToolCall" },
      ],
      tally: { toolCall: tally({ source: 2, rejected: 2 }), partialToolCall: tally({ source: 1, rejected: 1 }) },
    });
  });
});

it("rejects the elements of a message without its conversation, even if its user exists", () => {
  const fields = { sources: ["s"], partialSources: ["p"], sourceMetadata: ["m"], attachments: ["a"] };
  const codes = [sources, attachments].flatMap((transform) =>
    mapMessage(transform, fields, { conversations: [] }).entries.map(({ code, element }) => `${code} ${element}`),
  );
  expect(codes).toEqual([
    "conversation_missing source",
    "conversation_missing partialSource",
    "conversation_missing sourceMetadataEntry",
    "conversation_missing attachment",
  ]);
});

it("is total: without createdAt no row has what it requires", () => {
  const [entry] = mapMessage(toolCalls, { toolCalls: [call], createdAt: 5n }).entries;
  expect(entry).toMatchObject({ code: "invalid_tool_call", detail: "the message has no createdAt" });
});
