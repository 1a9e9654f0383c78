/**
 * The one idea everything online rests on: a part's rows are what its transform gives for what stands in the deployment now.
 * The wrapper, helpers, jobs, import, delta, cleanup and rebuild all write rows through here.
 */
import type { PartInput, PartResult, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import { findDocument } from "../documents.js";
import { authorityOf } from "../phase/phases.js";
import { applyRows, noChanges, type RowChanges } from "./applyRows.js";
import { mergeEntities } from "./entities.js";
import { withPartValue } from "./partValue.js";
import { type IndexFromRow, readPart } from "./readPart.js";
import { type RowsByTable, rowsOfPart } from "./storedPart.js";
import { isSynced, phaseOf, type Sync, type SyncReads } from "./sync.js";

/** A part as it is. */
export interface LivePart {
  /** Null when the document is gone. */
  readonly document: SourceDocument | null;
  /** The rows the part has. */
  readonly stored: RowsByTable;
  /** What its transform reads; null when the document is gone. */
  readonly input: PartInput | null;
}

/** A part as it is and as it should be, before anything is written. */
export interface PlannedPart extends Pick<LivePart, "document" | "stored"> {
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
  if (document === null) return { document, stored, input: null };
  const valued = await withPartValue(sync.db, transform, document, step, stored);
  const fromRow = authorityOf(step) === "new" ? indexIn(stored) : () => null;
  return { document: valued, stored, input: await readPart(sync.db, transform, valued, fromRow) };
}

/** Reads a part and maps it. Writes nothing. */
export async function planPart(sync: SyncReads, transform: Transform, documentId: string): Promise<PlannedPart> {
  return mapLive(transform, await readLive(sync, transform, documentId));
}

/** What was read, mapped. */
export function mapLive(transform: Transform, { document, stored, input }: LivePart): PlannedPart {
  return { document, stored, result: input && transform.map(input) };
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
  { stored, result }: PlannedPart,
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
  return await writePart(sync, transform, await planPart(sync, transform, documentId));
}
