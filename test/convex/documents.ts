/** Documents of the application as tests put them: everything that is required, and what a test is about. */
import type { WithoutSystemFields } from "convex/server";
import type { GenericId } from "convex/values";
import type { Doc } from "../../convex/documents.js";

export const aUser = (fields: Partial<Doc<"users">> = {}): WithoutSystemFields<Doc<"users">> => ({
  clerkId: "c",
  email: "ann@example.com",
  name: "Ann",
  createdAt: 1,
  updatedAt: 1,
  ...fields,
});

export const aConversation = (
  userId: GenericId<"users">,
  fields: Partial<Doc<"conversations">> = {},
): WithoutSystemFields<Doc<"conversations">> => ({
  userId,
  title: "T",
  model: "openai:gpt-4o",
  pinned: false,
  archived: false,
  starred: false,
  lastMessageAt: 2,
  createdAt: 2,
  updatedAt: 2,
  ...fields,
});

export const aMessage = (
  conversationId: GenericId<"conversations">,
  fields: Partial<Doc<"messages">> = {},
): WithoutSystemFields<Doc<"messages">> => ({
  conversationId,
  role: "assistant",
  content: "hello",
  status: "complete",
  createdAt: 3,
  updatedAt: 3,
  ...fields,
});

/** A tool call as messages hold them. */
export const aCall = (id: string, fields = {}) => ({
  id,
  name: "search",
  arguments: '{"q":1}',
  timestamp: 5,
  ...fields,
});

/** A tag that nothing refers to yet. */
export const aTag = (
  userId: GenericId<"users">,
  slug: string,
  fields: Partial<Doc<"tags">> = {},
): WithoutSystemFields<Doc<"tags">> => ({
  scope: "user",
  userId,
  slug,
  displayName: slug,
  path: `/${slug}`,
  depth: 0,
  usageCount: 0,
  createdAt: 1,
  updatedAt: 1,
  ...fields,
});
