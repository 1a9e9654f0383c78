/** How helpers edit a part, whichever side is the truth. */
import { ConvexError } from "convex/values";
import type { Fields, PartResult, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import { findDocument } from "../documents.js";
import { fanOutChanged } from "../dualWrite/fanOutChange.js";
import { refuseTooLarge } from "../dualWrite/refuseTooLarge.js";
import { authorityOf } from "../phases.js";
import { holdInRows } from "../sync/holdInRows.js";
import { inTurn } from "../sync/inTurn.js";
import { forgetKept } from "../sync/movedParts.js";
import { withPartValue } from "../sync/partValue.js";
import { removeMoved } from "../sync/removeMoved.js";
import { rowsOfPart } from "../sync/storedPart.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { syncOrQueue } from "../sync/syncOrQueue.js";

/** The part's moved fields after an edit; those that are left out stay, undefined ones go. */
export type PartEdit = (document: SourceDocument) => Fields;

/**
 * Edits the moved fields of a part. While the authority is `old` the old field is edited and the part synced; under `new` its
 * rows are written and its old fields removed, or, while the phase is `returning`, both are written. What rows alone do not give
 * back of the edited fields stands in an `original`, so that nothing is lost either way.
 *
 * @throws ConvexError `document_missing`, and `document_too_large` when under authority `new` the rebuilt document would pass
 * Convex's limit, so that the way back always fits. Once it is `complete`, the ledger code of what keeps a part from having rows
 * (`part_too_large`, `owner_missing`).
 */
export async function editPart(sync: Sync, transform: Transform, documentId: string, edit: PartEdit): Promise<void> {
  await inTurn(sync, async () => await editNow(sync, transform, documentId, edit));
}

async function editNow(sync: Sync, transform: Transform, documentId: string, edit: PartEdit): Promise<void> {
  const { step } = phaseOf(sync, transform);
  const document = await findDocument(sync.db, transform.table, documentId);
  if (document === null) throw new ConvexError({ code: "document_missing", table: transform.table, documentId });
  // While the old field is the truth its rows need not even be mounted.
  const stored = authorityOf(step) === "old" ? {} : await rowsOfPart(sync.db, transform, documentId);
  const valued = await withPartValue(sync.db, transform, document, step, stored);
  const edited: SourceDocument = { ...valued, ...movedOf(transform, edit(valued)) };
  const fields = Object.fromEntries(transform.moves.map((field) => [field, edited[field]]));

  if (authorityOf(step) === "old") {
    await sync.db.patch(document._id, fields);
    await syncOrQueue(sync, transform, documentId);
    await fanOutChanged(sync, transform.table, document._id, document, { ...document, ...fields });
    return;
  }
  await refuseTooLarge(sync, transform, valued, { ...document, ...fields });
  await holdInRows(sync, transform, edited, stored, (result) => {
    if (step === "complete") refuseWithoutRows(transform, documentId, result);
  });
  if (step === "returning") {
    await sync.db.patch(document._id, fields);
    await forgetKept(sync.db, transform, documentId);
    await fanOutChanged(sync, transform.table, document._id, document, { ...document, ...fields });
    return;
  }
  await removeMoved(sync, transform, document);
}

function movedOf(transform: Transform, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => transform.moves.includes(field)));
}

/** Of a part that gives no row, though it holds something, nothing would be left where there is no ledger. */
function refuseWithoutRows({ table, writes }: Transform, documentId: string, { rows, entries }: PartResult): void {
  const lost = entries.find(({ kind }) => kind === "rejected" || kind === "kept");
  if (lost === undefined || rows.length > 0 || Object.keys(writes).length === 0) return;
  throw new ConvexError({ code: lost.code, table, documentId });
}
