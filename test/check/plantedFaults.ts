import { defineWorld } from "../../fixtures/world.js";

/** Where a fault was planted: a row of the world by name, or one that a query finds before the fault is planted. */
type Offender = { readonly named: string } | { readonly query: string };

export interface PlantedFault {
  /** What is wrong afterwards. */
  readonly fault: string;
  readonly sql: string;
  readonly offender: Offender;
  readonly detail: RegExp;
}

/** Small, nothing wrong anywhere, and with a second of everything that a fault needs to be mistaken for. */
export const faultless = defineWorld("faultless", (world) => {
  const preferences = { theme: "dark", defaultModel: "auto", sendOnEnter: true };
  const ann = world.add("users", "ann", { preferences });
  world.add("users", "bob", { clerkId: "user_2", email: "bob@mail.example", preferences });
  const c1 = world.add("conversations", "c1", { projectId: world.id("projects", "p1"), messageCount: 2 });
  world.add("projects", "p1", { conversationIds: [c1] });
  world.add("projects", "p2", { conversationIds: [] });
  const size = 10;
  const file = { type: "image", name: "a.png", storageId: world.add("_storage", "shown"), mimeType: "image/png", size };
  const call = { id: "call_1", name: "search", arguments: '{"q":1}', result: "{}", timestamp: 5 };
  const m1 = world.add("messages", "m1", {
    attachments: [file],
    toolCalls: [call],
    sources: [{ id: "1", title: "A", url: "https://a.example/" }],
    model: "openai:gpt-4o",
    inputTokens: 3,
    outputTokens: 4,
  });
  const m2 = world.add("messages", "m2");
  world.add("bookmarks", "b1", { tags: ["tea", "tea/green"] });
  world.add("feedback", "f1", { tags: ["ui"] });
  world.add("memories", "y1", { conversationId: c1, sourceMessageIds: [m1, m2] });
  world.add("files", "f1", { conversationId: c1, userId: ann, storageId: world.add("_storage", "other") });
});

const id = (table: string, name: string): string => `'${faultless.id(table, name)}'`;
const tag = (slug: string): string => `SELECT _id FROM normal.tags WHERE slug = '${slug}'`;
const only = (table: string, where = "true"): string => `SELECT _id FROM normal.${table} WHERE ${where}`;

const ofAnn = (key: string): string => `key = '${key}' AND userId = ${id("users", "ann")}`;

/** One fault for every check. A fault must break nothing but the rule of its check. */
export const plantedFaults: Readonly<Record<string, PlantedFault>> = {
  primaryKey: {
    fault: "two preferences have one _id",
    sql: `UPDATE normal.userPreferences SET _id = (${only("userPreferences", ofAnn("theme"))}) WHERE ${ofAnn("sendOnEnter")}`,
    offender: { query: only("userPreferences", ofAnn("theme")) },
    detail: /held by an earlier row/,
  },
  naturalKey: {
    fault: "a memory cites one message twice",
    sql: `UPDATE normal.memorySources SET messageId = ${id("messages", "m1")} WHERE position = 1`,
    offender: { query: only("memorySources", "position = 1") },
    detail: /^\[memoryId, messageId\] as in /,
  },
  foreignKey: {
    fault: "an attachment points at a conversation that is not there",
    sql: `UPDATE normal.attachments SET conversationId = ${id("conversations", "deleted")}`,
    offender: { query: only("attachments") },
    detail: /^conversationId → conversations: /,
  },
  sourceForeignKey: {
    fault: "a file points at a deleted conversation",
    sql: `UPDATE raw.files SET conversationId = ${id("conversations", "deleted")}`,
    offender: { named: "files:f1" },
    detail: /^conversationId → conversations: /,
  },
  sourceSchema: {
    fault: "a message has a status that the schema does not know",
    sql: `INSERT INTO meta.misfits VALUES ('messages', ${id("messages", "m1")}, '/status', 'Value does not match validator.', 'both', false)`,
    offender: { named: "messages:m1" },
    detail: /^\/status: Value does not match validator\.$/,
  },
  repeatedKeys: {
    fault: "a message's content stands twice",
    sql: `INSERT INTO meta.repeated_keys VALUES ('messages', ${id("messages", "m1")}, '/content')`,
    offender: { named: "messages:m1" },
    detail: /^\/content: stands more than once; the last value counts$/,
  },
  requiredFields: {
    fault: "a preference has lost its time",
    sql: `UPDATE normal.userPreferences SET updatedAt = NULL WHERE ${ofAnn("theme")}`,
    offender: { query: only("userPreferences", ofAnn("theme")) },
    detail: /^missing: updatedAt$/,
  },
  enumerations: {
    fault: "a source has a provider that the schema does not know",
    sql: "UPDATE normal.sources SET provider = 'bing'",
    offender: { query: only("sources") },
    detail: /provider$/,
  },
  fieldTypes: {
    fault: "a row was created before 1970",
    sql: "UPDATE normal.toolCalls SET _creationTime = -1",
    offender: { query: only("toolCalls") },
    detail: /_creationTime$/,
  },
  accessCounts: {
    fault: "a page says that it is cited twice",
    sql: "UPDATE normal.sourceMetadata SET accessCount = 2",
    offender: { query: only("sourceMetadata") },
    detail: /2/,
  },
  accounting: {
    fault: "an element became a row and was merged as well",
    sql: "UPDATE meta.accounting SET merged = 1 WHERE element = 'attachment'",
    offender: { named: "attachment" },
    detail: /^source 1 is not rows 1 \+ merged 1 /,
  },
  accountingRows: {
    fault: "a row is lost",
    sql: "DELETE FROM normal.memorySources WHERE position = 1",
    offender: { named: "memorySources" },
    detail: /^1 rows, accounted for 2$/,
  },
  accountingSource: {
    fault: "an element was never seen",
    sql: `UPDATE raw.memories SET sourceMessageIds = '["${faultless.id("messages", "m1")}"]'`,
    offender: { named: "memorySource" },
    detail: /^2 accounted for, 1 in the documents$/,
  },
  copiedColumns: {
    fault: "a tool call belongs to another user than its message",
    sql: `UPDATE normal.toolCalls SET userId = ${id("users", "bob")}`,
    offender: { query: only("toolCalls") },
    detail: /^userId is not the message's owner$/,
  },
  messageCounts: {
    fault: "a conversation counts a message too many, and no patch corrects it",
    sql: "UPDATE raw.conversations SET messageCount = 3",
    offender: { named: "conversations:c1" },
    detail: /3.*recounted 2/,
  },
  projectLinks: {
    fault: "a conversation names another project than its link",
    sql: `UPDATE raw.conversations SET projectId = ${id("projects", "p2")}`,
    offender: { query: only("projectConversations") },
    detail: /another project/,
  },
  storageIds: {
    fault: "an attachment's file is not listed, and the ledger does not say so",
    sql: `DELETE FROM raw._storage WHERE _id = ${id("_storage", "shown")}`,
    offender: { query: only("attachments") },
    detail: /^no such file$/,
  },
  tagTree: {
    fault: "a tag hangs under another one's child",
    sql: "UPDATE normal.tags SET depth = 2 WHERE slug = 'tea/green'",
    offender: { query: tag("tea/green") },
    detail: /^depth /,
  },
  tagVariants: {
    fault: "a slug was not lowered",
    sql: "UPDATE normal.tags SET slug = 'Ui', path = '/Ui' WHERE slug = 'ui'",
    offender: { query: tag("ui") },
    detail: /not normalized$/,
  },
  tokenSums: {
    fault: "a sum lacks a token",
    sql: "UPDATE normal.conversationTokenUsage SET inputTokens = 2, totalTokens = 6",
    offender: { query: only("conversationTokenUsage") },
    detail: /^sums differ/,
  },
  usageCounts: {
    fault: "a tag counts a link that is not there",
    sql: "UPDATE normal.tags SET usageCount = 2 WHERE slug = 'tea'",
    offender: { query: tag("tea") },
    detail: /^usageCount 2.*recounted 1$/,
  },
  rebuild: {
    fault: "a tool call has another result than the message's",
    sql: `UPDATE normal.toolCalls SET result = '{"a":1.0}'`,
    offender: { named: "messages:m1" },
    detail: /^toolCalls would not come back/,
  },
  limits: {
    fault: "a tag is larger than a document may be",
    sql: "UPDATE normal.tags SET description = repeat('x', 1 << 20) WHERE slug = 'tea'",
    offender: { query: tag("tea") },
    detail: /size/i,
  },
};
