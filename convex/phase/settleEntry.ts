import type { Value } from "convex/values";
import type { Fields } from "../../transforms/defineTransform.js";
import { isObject } from "../../transforms/sameValue.js";
import { type AnyWriter, findDocument, type StoredDocument } from "../documents.js";

export type SettledOutcome = "nothing" | "put_back" | "write_refused";

/**
 * Settles what a ledger entry still holds on the way back to the old side, and removes it. A repair is undone: fields that it
 * took away, and that are absent still, get the value they had before; a field that somebody has set since stays. An
 * original is settled where its document is; here goes that of a document which is gone.
 *
 * @param entry of `unnestLedger`
 */
export async function settleEntry(db: AnyWriter, entry: StoredDocument, dryRun: boolean): Promise<SettledOutcome> {
  const document = await findDocument(db, String(entry.table), entry.documentId);
  if (document !== null && entry.code !== "repaired") return "nothing";
  const before: Fields = document !== null && isObject(entry.value) ? entry.value : {};
  const absent = Object.entries(before).filter(
    (field): field is [string, Value] => document?.[field[0]] === undefined && field[1] !== undefined,
  );
  if (!dryRun) {
    try {
      if (document !== null && absent.length > 0) await db.patch(document._id, Object.fromEntries(absent));
    } catch {
      return "write_refused";
    }
    await db.delete(entry._id);
  }
  return absent.length > 0 ? "put_back" : "nothing";
}
