import type { Transform } from "../../transforms/defineTransform.js";
import { type AnyReader, documentsBy, type StoredDocument } from "../documents.js";

/** A part's stored entry of this code; null when it has none. One index range over the document's entries, two a part at most. */
export async function ledgerEntry(
  db: AnyReader,
  { table, part }: Pick<Transform, "table" | "part">,
  documentId: string,
  code: "original" | "repaired",
): Promise<StoredDocument | null> {
  const entries = await documentsBy(db, "unnestLedger", "by_document", [
    ["table", table],
    ["documentId", documentId],
  ]);
  return entries.find((entry) => entry.part === part && entry.code === code) ?? null;
}
