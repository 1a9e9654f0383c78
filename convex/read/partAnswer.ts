/** A part as readers see it, whichever side answers. */
import type { EntityMention, Fields, PartRow, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import { maxPartSize } from "../../transforms/partBuilder.js";
import { findDocument, rangeBy, type StoredDocument } from "../documents.js";
import { hasOpenJob } from "../jobs/hasOpenJob.js";
import { isInDocument, withPartValue } from "../sync/partValue.js";
import { readPart } from "../sync/readPart.js";
import { phaseOf } from "../sync/sync.js";
import { withBookkeeping } from "../sync/withBookkeeping.js";
import { indexLedBy } from "../tableFacts.js";
import { type Reading, sideOf } from "./reading.js";

/** In the order of their positions, as the old arrays had them. */
export type PartAnswer =
  | { readonly side: "rows"; readonly rows: readonly StoredDocument[] }
  | { readonly side: "old"; readonly rows: readonly PartRow[]; readonly mentions: readonly EntityMention[] };

/** The columns of an answer's rows, whichever side gave them. */
export function columnsIn({ side, rows }: PartAnswer): readonly Fields[] {
  return side === "rows" ? rows : rows.map(({ value }) => value);
}

const nothing: PartAnswer = { side: "rows", rows: [] };

/**
 * Reads a part as its phase's step says: from its old field, or from its rows where it has some. The old field answers what the
 * transform makes of it, so that both sides answer alike, and a part too large for rows is seen whole. A part with an open job answers
 * from its old field while there is one. Under authority `new` a part without rows answers what rebuild gives.
 *
 * Reads one index range of rows and one of jobs; the document, and what its transform looks up, only where it answers or there
 * are no rows. A part is bounded: by a document's size on the old side, by 500 rows on the new one.
 */
export async function readPartAnswer(reading: Reading, transform: Transform, documentId: string): Promise<PartAnswer> {
  const { db } = reading;
  const state = phaseOf(reading, transform);
  if (state.step === "complete") return await storedRows(reading, transform, documentId);
  const fromRows = sideOf(state) === "rows";
  const isPending = fromRows && (await hasOpenJob(db, transform, documentId));
  if (fromRows && !isPending) {
    const stored = await storedRows(reading, transform, documentId);
    if (stored.rows.length > 0) return stored;
  }
  const document = await findDocument(db, transform.table, documentId);
  if (document === null) return nothing;
  if (isPending && !isInDocument(transform, document, state.step)) {
    const stored = await storedRows(reading, transform, documentId);
    if (stored.rows.length > 0) return stored;
  }
  return await mappedPart(reading, transform, await withPartValue(db, transform, document, state.step, {}));
}

async function storedRows({ db }: Reading, { writes }: Transform, documentId: string): Promise<PartAnswer> {
  const rows: StoredDocument[] = [];
  for (const [table, column] of Object.entries(writes)) {
    const range = rangeBy(db, table, indexLedBy(table, column), [[column, documentId]]);
    rows.push(...withBookkeeping(table, await range.take(maxPartSize)));
  }
  return { side: "rows", rows };
}

async function mappedPart({ db }: Reading, transform: Transform, document: SourceDocument): Promise<PartAnswer> {
  const result = transform.map(await readPart(db, transform, document, () => null));
  const { rows, mentions } = result.beyondBound ?? result;
  return { side: "old", rows, mentions };
}
