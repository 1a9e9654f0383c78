import type { Transform } from "../../transforms/defineTransform.js";
import { isObject } from "../../transforms/sameValue.js";
import type { AnyWriter, StoredDocument } from "../documents.js";
import { ledgerEntry } from "../sync/ledgerEntry.js";

/**
 * Keeps what a repair takes away, by field, in the ledger entry `repaired` of the part concerned: abort and rebuild put it
 * back where the field is still absent. A field that was repaired before keeps its first value.
 *
 * @param changed fields that the repair sets or removes; absent ones leave nothing to keep
 */
export async function recordRepair(
  db: AnyWriter,
  { phase, table, part }: Pick<Transform, "phase" | "table" | "part">,
  before: StoredDocument,
  changed: readonly string[],
): Promise<void> {
  const value = Object.fromEntries(Object.entries(before).filter(([field]) => changed.includes(field)));
  const entry = await ledgerEntry(db, { table, part }, before._id, "repaired");
  if (entry !== null) {
    await db.patch(entry._id, { value: { ...value, ...(isObject(entry.value) ? entry.value : {}) } });
    return;
  }
  const key = { migrationId: phase, table, documentId: before._id, part, code: "repaired" };
  await db.insert("unnestLedger", { ...key, value, createdAt: Date.now() });
}
