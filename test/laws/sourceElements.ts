/** Where the elements of each kind stand in the documents, counted by hand: the transforms have no part in it. */
import type { Value } from "convex/values";
import type { TableRow } from "./hardRun.js";

/** `many`: each item of the array is one, and a field of the wrong type is one; `whole`: the field is one. */
const places: Readonly<Record<string, { table: string; field: string; counted: "many" | "whole" | "leaves" }>> = {
  attachment: { table: "messages", field: "attachments", counted: "many" },
  toolCall: { table: "messages", field: "toolCalls", counted: "many" },
  partialToolCall: { table: "messages", field: "partialToolCalls", counted: "many" },
  source: { table: "messages", field: "sources", counted: "many" },
  partialSource: { table: "messages", field: "partialSources", counted: "many" },
  sourceMetadataEntry: { table: "messages", field: "sourceMetadata", counted: "many" },
  projectId: { table: "conversations", field: "projectId", counted: "whole" },
  conversationIdElement: { table: "projects", field: "conversationIds", counted: "many" },
  preference: { table: "users", field: "preferences", counted: "leaves" },
  bookmarkTag: { table: "bookmarks", field: "tags", counted: "many" },
  snippetTag: { table: "snippets", field: "tags", counted: "many" },
  noteTag: { table: "notes", field: "tags", counted: "many" },
  feedbackTag: { table: "feedback", field: "tags", counted: "many" },
  feedbackTagName: { table: "feedbackTags", field: "name", counted: "whole" },
  tokenUsage: { table: "conversations", field: "tokenUsage", counted: "whole" },
  memoryMetadata: { table: "memories", field: "metadata", counted: "whole" },
  memorySource: { table: "memories", field: "sourceMessageIds", counted: "many" },
};

export const elementKinds: readonly string[] = Object.keys(places);

/** Elements of a kind in all documents. */
export function countElements(kind: string, documents: Iterable<TableRow>): number {
  const place = places[kind];
  let count = 0;
  for (const { table, fields } of documents) {
    const value = place?.table === table ? fields[place.field] : undefined;
    if (place === undefined || value === undefined) continue;
    if (place.counted === "leaves") count += countLeaves(value);
    else count += place.counted === "many" && Array.isArray(value) ? value.length : 1;
  }
  return count;
}

/** Whether a ledger entry stands for (a piece of) an element of the kind. */
export function isWithin(kind: string, entry: { readonly table: string; readonly path: string }): boolean {
  const place = places[kind];
  return place?.table === entry.table && entry.path.split("/", 2)[1] === place.field;
}

/** `customInstructions` and `reasoning` are opened one level. */
function countLeaves(preferences: Value): number {
  const fields = fieldsOf(preferences);
  if (fields === null) return 1;
  const opened = ["customInstructions", "reasoning"];
  return fields.reduce((sum, [key, value]) => sum + (opened.includes(key) ? (fieldsOf(value)?.length ?? 1) : 1), 0);
}

function fieldsOf(value: Value): [string, Value][] | null {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof ArrayBuffer) return null;
  return Object.entries(value) as [string, Value][];
}
