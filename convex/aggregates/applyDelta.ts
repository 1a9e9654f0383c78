import type { GenericDatabaseWriter } from "convex/server";
import { convexSize } from "../../transforms/convexSize.js";
import { maxDocumentSize } from "../../transforms/rowSize.js";
import { anyWriter, findDocument } from "../documents.js";
import type { DataModel } from "../runtime.js";
import type { Delta } from "../touches/delta.js";
import type { TouchKind } from "../touches/touchKinds.js";
import { applyUsage } from "./applyUsage.js";
import { summed } from "./summed.js";

/** The table whose row a kind's key names by its id. */
const tableOf = { tags: "tags", sourceMetadata: "sourceMetadata", messageCount: "conversations" } as const;

/**
 * Adds a difference to the aggregate row of a key: the one place where counts and times change after birth. Reads at most two
 * documents in two index ranges, and writes at most one.
 *
 * @param delta of this kind (`isDeltaOf`)
 * @returns false where the row, or the conversation, is gone, the key is none, or the row has no room for a count
 */
export async function applyDelta(
  database: GenericDatabaseWriter<DataModel>,
  kind: TouchKind,
  key: string,
  delta: Delta,
): Promise<boolean> {
  const db = anyWriter(database);
  if (kind === "conversationTokenUsage") return await applyUsage(db, key, delta);
  const row = await findDocument(db, tableOf[kind], key);
  if (row === null) return false;
  const sums = Object.entries(summed(kind, row, delta));
  const patch = Object.fromEntries(sums.filter(([field, value]) => row[field] !== value));
  // A conversation without a messageCount may have no room for one; its failure would stop the fold of all others.
  if (convexSize({ ...row, ...patch }) > maxDocumentSize) return false;
  if (Object.keys(patch).length > 0) await db.patch(row._id, patch);
  return true;
}
