import { expect, test } from "vitest";
import { attachments } from "../../transforms/attachments.js";
import type { Fields, Transform } from "../../transforms/defineTransform.js";
import { fingerprint } from "../../transforms/fingerprint.js";
import { memorySources } from "../../transforms/memorySources.js";
import { projectLink } from "../../transforms/projectLink.js";
import { toolCalls } from "../../transforms/toolCalls.js";
import { doc, environment, inputIn, type World } from "./world.js";

const call = { id: "x", name: "n", arguments: "{}", timestamp: 1 };
const file = { type: "file", name: "n", storageId: "_storage:1", mimeType: "m", size: 1 };

const base: World = {
  users: [doc("users:ann"), doc("users:bob")],
  conversations: [doc("conversations:c", { userId: "users:ann", projectId: "projects:p", createdAt: 1 })],
  projects: [doc("projects:p", { userId: "users:ann", conversationIds: ["conversations:c"] })],
  messages: [
    doc("messages:m", { conversationId: "conversations:c", createdAt: 3, toolCalls: [call], attachments: [file] }),
    doc("messages:n"),
  ],
  memories: [doc("memories:e", { sourceMessageIds: ["messages:m", "messages:n"], createdAt: 5 })],
  _storage: [doc("_storage:1")],
};

/** The world with other fields in one document; null takes the document away. */
function but(id: string, fields: Fields | null): World {
  const [table = ""] = id.split(":");
  const documents = (base[table] ?? []).flatMap((document) =>
    document._id !== id ? [document] : fields === null ? [] : [{ ...document, ...fields }],
  );
  return { ...base, [table]: documents };
}

const of = (transform: Transform, id: string, world: World = base) =>
  fingerprint(transform, inputIn(world, transform, id, environment));

test.each<[string, Transform, string, World]>([
  ["a field it reads", toolCalls, "messages:m", but("messages:m", { toolCalls: [] })],
  ["a read field that is there and holds null", toolCalls, "messages:m", but("messages:m", { partialToolCalls: null })],
  ["the owner of a looked-up document", toolCalls, "messages:m", but("conversations:c", { userId: "users:bob" })],
  ["a looked-up document that is gone", toolCalls, "messages:m", but("conversations:c", null)],
  ["one looked up along that one", toolCalls, "messages:m", but("users:ann", null)],
  [
    "its place in a looked-up array",
    projectLink,
    "conversations:c",
    but("projects:p", { conversationIds: ["z", "conversations:c"] }),
  ],
  ["one of many that is gone", memorySources, "memories:e", but("messages:n", null)],
  ["a document born again", toolCalls, "messages:m", but("messages:m", { _creationTime: 2000 })],
])("is another one for %s", (_, transform, id, world) => {
  expect(of(transform, id, world)).not.toBe(of(transform, id));
});

test.each<[string, Transform, string, World]>([
  ["a field nobody reads", toolCalls, "messages:m", but("messages:m", { content: "edited", attachments: [] })],
  [
    "a field of a looked-up document that nobody reads",
    toolCalls,
    "messages:m",
    but("conversations:c", { title: "T" }),
  ],
  [
    "others in a looked-up array",
    projectLink,
    "conversations:c",
    but("projects:p", { conversationIds: ["conversations:c", "z"] }),
  ],
  [
    "the order of keys",
    toolCalls,
    "messages:m",
    but("messages:m", { toolCalls: [Object.fromEntries(Object.entries(call).reverse())] }),
  ],
  ["a file that is gone, which changes no row", attachments, "messages:m", but("_storage:1", null)],
])("is the same for %s", (_, transform, id, world) => {
  expect(of(transform, id, world)).toBe(of(transform, id));
});

test("tells the parts of one document apart", () => {
  expect(of(toolCalls, "messages:n")).not.toBe(of(attachments, "messages:n"));
});

test("does not depend on the order in which many documents were looked up", () => {
  const input = inputIn(base, memorySources, "memories:e", environment);
  const turned = Object.entries(input.lookupMany).map(([name, found]) => [name, new Map([...found].reverse())]);
  expect(fingerprint(memorySources, { ...input, lookupMany: Object.fromEntries(turned) })).toBe(
    fingerprint(memorySources, input),
  );
});
