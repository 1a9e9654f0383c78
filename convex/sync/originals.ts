/**
 * `original` entries: the moved fields of a part that its rows alone do not give back, kept when its old fields go (spec 5,
 * Cleanup). One document of `unnestLedger` a part holds them by field.
 */
import type { Value } from "convex/values";
import type { SourceDocument, StoredPart, Transform } from "../../transforms/defineTransform.js";
import { type Original, originalEntry } from "../../transforms/original.js";
import { isRowTooLarge } from "../../transforms/rowSize.js";
import { sameFieldValue } from "../../transforms/sameFieldValue.js";
import type { AnyReader, AnyWriter } from "../documents.js";
import { ledgerEntry } from "./ledgerEntry.js";

/** A part's originals by field. */
export async function readOriginals(
  db: AnyReader,
  transform: Transform,
  documentId: string,
): Promise<Readonly<Record<string, Original>>> {
  if (transform.moves.length === 0) return {};
  const entry = await ledgerEntry(db, transform, documentId, "original");
  return (entry?.value ?? {}) as unknown as Readonly<Record<string, Original>>;
}

/** Which originals a part needs: a field its rows alone give back needs none. Pure. */
export function originalsNeeded(
  transform: Transform,
  document: SourceDocument,
  stored: StoredPart,
): Readonly<Record<string, Original>> {
  const rebuilt = transform.rebuild(stored);
  const needed: Record<string, Original> = {};
  for (const field of transform.moves) {
    if (sameFieldValue(field, document[field], rebuilt[field])) continue;
    const { value, detail } = originalEntry(transform, document, field, stored);
    needed[field] = { value: value as Value, ...(detail === undefined ? {} : { detail }) };
  }
  return needed;
}

/** Makes the ledger hold exactly these originals of a part; none removes its entry. */
export async function writeOriginals(
  db: AnyWriter,
  transform: Transform,
  documentId: string,
  originals: Readonly<Record<string, Original>>,
): Promise<void> {
  const entry = await ledgerEntry(db, transform, documentId, "original");
  if (Object.keys(originals).length === 0) {
    if (entry !== null) await db.delete(entry._id);
    return;
  }
  const row = ledgerRow(transform, documentId, originals);
  if (entry !== null) await db.patch(entry._id, { value: row.value });
  else await db.insert("unnestLedger", { ...row, createdAt: Date.now() });
}

/** Would these originals fit into the part's one ledger entry? */
export function fitsLedger(
  transform: Transform,
  documentId: string,
  originals: Readonly<Record<string, Original>>,
): boolean {
  return !isRowTooLarge({ ...ledgerRow(transform, documentId, originals), createdAt: 0 });
}

function ledgerRow(transform: Transform, documentId: string, originals: Readonly<Record<string, Original>>) {
  return {
    migrationId: transform.phase,
    table: transform.table,
    documentId,
    part: transform.part,
    code: "original",
    value: originals as unknown as Value,
  };
}
