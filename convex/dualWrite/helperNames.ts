/** Which helper writes what may not be written directly; refusals name it. */
import { transforms } from "../../transforms/index.js";
import { descriptionOf } from "../tableFacts.js";

/** By part. A part that is missing has none: `conversation/tokenUsage` follows from messages, memories keep their fields. */
const helpers: Readonly<Record<string, string>> = {
  "message/attachments": "addAttachment",
  "message/toolCalls": "upsertToolCall",
  "message/sources": "replaceSources",
  "conversation/projectLink": "setProject",
  "project/conversationIds": "setProject",
  "user/preferences": "setPreference",
  "bookmark/tags": "setTags",
  "snippet/tags": "setTags",
  "note/tags": "setTags",
  "feedback/tags": "setTags",
};

/** The helper for a part; null when there is none. */
export function helperOfPart(part: string): string | null {
  return helpers[part] ?? null;
}

/** By table, for the columns that are the application's own (spec 4). */
const ownColumnHelpers: Readonly<Record<string, string>> = { sourceMetadata: "setSiteName", tags: "setTagAppearance" };

/**
 * The helper for rows of a normalized table; for tags and sourceMetadata that of a part which refers to them.
 *
 * @param columns those that a patch names
 */
export function helperOfTable(table: string, columns: readonly string[] = []): string | null {
  const { applicationOwned = [] } = descriptionOf(table);
  if (columns.length > 0 && columns.every((column) => applicationOwned.includes(column))) {
    return ownColumnHelpers[table] ?? null;
  }
  const writing = transforms.find(({ writes, mentions }) => table in writes || mentions.includes(table));
  return writing === undefined ? null : helperOfPart(writing.part);
}
