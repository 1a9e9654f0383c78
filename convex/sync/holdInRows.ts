import type { PartResult, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import { rememberMoved } from "./movedParts.js";
import { originalsNeeded, writeOriginals } from "./originals.js";
import { readPart } from "./readPart.js";
import { type RowsByTable, storedPartOf } from "./storedPart.js";
import { phaseOf, type Sync } from "./sync.js";
import { writePart } from "./syncPart.js";

/**
 * Makes rows hold a part's value; while the phase is `cleaned`, with an `original` of what the rows alone do not give back. In `returning`
 * the document holds that, and once `complete` there is no ledger.
 *
 * @param valued the document with the part's value in its moved fields
 * @param stored the rows the part has
 * @param validate looks at what the mapping gives, and may throw before anything is written
 * @throws ConvexError as a sync does
 */
export async function holdInRows(
  sync: Sync,
  transform: Transform,
  valued: SourceDocument,
  stored: RowsByTable,
  validate?: (result: PartResult) => void,
): Promise<void> {
  // From the fields themselves: a value that leaves nothing of them must not read as a part that is in its rows.
  const result = transform.map(await readPart(sync.db, transform, valued, () => null));
  validate?.(result);
  await writePart(sync, transform, { stored, result });
  if (phaseOf(sync, transform).step !== "cleaned") return;
  const now = await storedPartOf(sync.db, transform, valued);
  const originals = originalsNeeded(transform, valued, now);
  await writeOriginals(sync.db, transform, valued._id, originals);
  await rememberMoved(sync.db, transform, valued._id, now.rows as RowsByTable, originals);
}
