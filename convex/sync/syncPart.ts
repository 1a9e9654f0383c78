/**
 * The one idea everything online rests on: a part's rows are what its transform gives for what stands in the deployment now.
 * The wrapper, helpers, jobs, import, delta, cleanup and rebuild all write rows through here.
 */
import { ConvexError } from "convex/values";
import type { PartInput, PartResult, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import { findDocument } from "../documents.js";
import { authorityOf } from "../phases.js";
import { applyRows, noChanges, type RowChanges } from "./applyRows.js";
import { mergeEntities } from "./entities.js";
import { rememberMoved } from "./movedParts.js";
import { fitsLedger, originalsNeeded, writeOriginals } from "./originals.js";
import { isInDocument, withPartValue } from "./partValue.js";
import { type IndexFromRow, readPart } from "./readPart.js";
import { type RowsByTable, rowsOfPart, storedPartOf } from "./storedPart.js";
import { isSynced, phaseOf, type Sync, type SyncReads } from "./sync.js";

/** A part as it is. */
export interface LivePart {
  /** Null when the document is gone. */
  readonly document: SourceDocument | null;
  /** The rows the part has. */
  readonly stored: RowsByTable;
  /** What its transform reads; null when the document is gone. */
  readonly input: PartInput | null;
  /** Do rows and originals alone hold the part, its old fields being gone? */
  readonly isMoved: boolean;
}

/** A part as it is and as it should be, before anything is written. */
export interface PlannedPart extends Pick<LivePart, "document" | "stored" | "isMoved"> {
  /** What its transform gives; null when the document is gone. */
  readonly result: PartResult | null;
}

/**
 * Reads a part, what its transform looks up, and its rows. Writes nothing.
 *
 * @param documentId of the transform's table; an id of another one, or of a document that is gone, has no rows to be.
 */
export async function readLive(sync: SyncReads, transform: Transform, documentId: string): Promise<LivePart> {
  const { step } = phaseOf(sync, transform);
  const stored = await rowsOfPart(sync.db, transform, documentId);
  const document = await findDocument(sync.db, transform.table, documentId);
  if (document === null) return { document, stored, input: null, isMoved: false };
  const isMoved = !isInDocument(transform, document, step);
  const valued = await withPartValue(sync.db, transform, document, step, stored);
  const fromRow = authorityOf(step) === "new" ? indexIn(stored) : () => null;
  return { document: valued, stored, input: await readPart(sync.db, transform, valued, fromRow), isMoved };
}

/** Reads a part and maps it. Writes nothing. */
export async function planPart(sync: SyncReads, transform: Transform, documentId: string): Promise<PlannedPart> {
  return mapLive(transform, await readLive(sync, transform, documentId));
}

/** What was read, mapped. */
export function mapLive(transform: Transform, { input, ...live }: LivePart): PlannedPart {
  return { ...live, result: input && transform.map(input) };
}

/** Under authority `new` the array is gone; a row that still links to the same document has its index. */
function indexIn(stored: RowsByTable): IndexFromRow {
  const rows = Object.values(stored).flat();
  return ({ via }, target) => {
    const position = rows.find((row) => row[via] === target._id)?.position;
    return typeof position === "number" ? position : null;
  };
}

/** Writes what was planned; the document is gone → its rows go. */
export async function writePart(
  sync: Sync,
  transform: Transform,
  { stored, result }: Pick<PlannedPart, "stored" | "result">,
): Promise<RowChanges> {
  if (result !== null) await mergeEntities(sync, result.mentions);
  return await applyRows(sync, transform, result?.rows ?? [], stored);
}

/**
 * Makes a part's rows what its transform gives for the live documents. Does nothing where there is nothing to write. Reads one index
 * range a table of rows, the document, what is looked up and the entities it refers to.
 */
export async function syncPart(sync: Sync, transform: Transform, documentId: string): Promise<RowChanges> {
  if (!isSynced(sync, transform)) return noChanges;
  return await writeSynced(sync, transform, await planPart(sync, transform, documentId));
}

/**
 * Writes what a sync planned, so that it empties no part which rows alone hold (its conversation or owner is gone, a reference leads
 * elsewhere): what they give back no longer stands in an `original` then, and what they give again no longer does. Once the phase
 * is `complete`, where there is no ledger, such a part keeps the rows it has.
 *
 * @throws ConvexError `original_too_large`, before anything is written
 */
export async function writeSynced(sync: Sync, transform: Transform, planned: PlannedPart): Promise<RowChanges> {
  const { document, stored, result, isMoved } = planned;
  if (!isMoved || document === null) return await writePart(sync, transform, planned);
  const isComplete = phaseOf(sync, transform).step === "complete";
  const [had, has] = [Object.values(stored).flat().length, result?.rows.length ?? 0];
  if (isComplete && has < had) return noChanges;
  if (!isComplete && has < had) refuseLargeOriginal(transform, document);
  const changes = await writePart(sync, transform, planned);
  if (!isComplete && changes.inserted + changes.deleted > 0) {
    const now = await storedPartOf(sync.db, transform, document);
    const originals = originalsNeeded(transform, document, now);
    await writeOriginals(sync.db, transform, document._id, originals);
    await rememberMoved(sync.db, transform, document._id, now.rows as RowsByTable, originals);
  }
  return changes;
}

function refuseLargeOriginal(transform: Transform, document: SourceDocument): void {
  const { table, moves } = transform;
  const whole = Object.fromEntries(moves.map((field) => [field, { value: document[field] ?? [] }]));
  if (!fitsLedger(transform, document._id, whole))
    throw new ConvexError({ code: "original_too_large", table, documentId: document._id });
}
