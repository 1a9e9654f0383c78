import { v } from "convex/values";
import type { PartRow, Transform } from "../../transforms/defineTransform.js";
import { anyReader, findDocument, type StoredDocument } from "../documents.js";
import { transformFor } from "../import/transformFor.js";
import { hasOpenJob } from "../jobs/hasOpenJob.js";
import { authorityOf, readPhases } from "../phases.js";
import { phaseArgument } from "../requirePhase.js";
import { internalQuery } from "../runtime.js";
import { keyOf, planRows } from "../sync/applyRows.js";
import { findEntity } from "../sync/entities.js";
import { isAltered, movedPart } from "../sync/movedParts.js";
import { isInDocument } from "../sync/partValue.js";
import { parentIdOf } from "../sync/storedPart.js";
import { phaseOf, type SyncReads } from "../sync/sync.js";
import { planPart } from "../sync/syncPart.js";
import { walkArguments, walkPage } from "../walk.js";

/**
 * How a part differs from its rows: `missing`, a row or an entity it refers to is not there; `stale`, a row has other values; `orphan`,
 * a row that nothing gives; `duplicate`, a second row of one natural key; `altered`, rows, originals or the field itself were written past
 * the migration since the part was moved.
 */
export type DriftReason = "missing" | "stale" | "orphan" | "duplicate" | "altered";

/** The name of a part that differs; no values. */
export interface DriftedPart {
  readonly documentId: string;
  readonly reasons: readonly DriftReason[];
  /** Then it is not a drift: the part waits for its sync. */
  readonly jobOpen: boolean;
}

/**
 * Compares a page of a part's documents with their rows in place, by the very planning that a sync writes by; then, table by
 * table, finds rows whose document is gone. A part whose value is in its rows has but a fingerprint to be compared with, since it was moved.
 *
 * @param part as in spec 4: `message/toolCalls`
 * @returns `{cursor, isDone, visited, left, drifted}`; `left` counts the documents and rows that differ, over all pages so far
 * @throws ConvexError `unknown_part`, `bad_cursor`
 */
export const verifyPhase = internalQuery({
  args: { migrationId: phaseArgument, part: v.string(), ...walkArguments },
  handler: async (ctx, { migrationId, part, cursor, documents }) => {
    const transform = transformFor(migrationId, { part });
    const sync: SyncReads = { db: anyReader(ctx.db), phases: await readPhases(ctx.db), entityIds: new Map() };
    const drifted: DriftedPart[] = [];
    const page = await walkPage(ctx, {
      tables: [transform.table, ...Object.keys(transform.writes)],
      cursor,
      documents,
      visit: async (document, table) => {
        const isRow = table !== transform.table;
        const documentId = isRow ? parentIdOf(transform, table, document) : document._id;
        const reasons = isRow
          ? await reasonsOfRow(sync, transform, documentId)
          : await reasonsOf(sync, transform, document);
        if (reasons.length === 0) return true;
        drifted.push({ documentId, reasons, jobOpen: await hasOpenJob(sync.db, transform, documentId) });
        return false;
      },
    });
    return { ...page, drifted };
  },
});

async function reasonsOfRow({ db }: SyncReads, { table }: Transform, parentId: string): Promise<DriftReason[]> {
  return (await findDocument(db, table, parentId)) === null ? ["orphan"] : [];
}

async function reasonsOf(sync: SyncReads, transform: Transform, document: StoredDocument): Promise<DriftReason[]> {
  const { step } = phaseOf(sync, transform);
  const isThere = isInDocument(transform, document, step);
  // While the old fields are the truth nothing is moved, and from `complete` on nothing is remembered.
  const isMoved = authorityOf(step) === "new" && step !== "complete" && transform.moves.length > 0;
  const moved = isMoved ? await movedPart(sync.db, transform, document._id) : null;
  const altered = moved !== null && (isThere || (await isAltered(sync.db, transform, moved)));
  const reasons = new Set<DriftReason>(altered ? ["altered"] : []);
  if (!isThere) return [...reasons];
  const { stored, result } = await planPart(sync, transform, document._id);
  const resolved: PartRow[] = [];
  for (const row of result?.rows ?? []) {
    if (await areThere(sync, row.refs)) resolved.push(row);
    else reasons.add("missing");
  }
  if (!(await areThere(sync, result?.mentions ?? []))) reasons.add("missing");
  const changes = await planRows(sync, transform, resolved, stored);
  for (const { table, before, after } of changes) {
    if (before === null) reasons.add("missing");
    else if (after !== null) reasons.add("stale");
    else reasons.add(isDouble(table, before, stored[table] ?? []) ? "duplicate" : "orphan");
  }
  return [...reasons].sort();
}

/** Is there another row of this one's natural key? */
function isDouble(table: string, row: StoredDocument, rows: readonly StoredDocument[]): boolean {
  return rows.some((other) => other._id !== row._id && keyOf(table, other) === keyOf(table, row));
}

async function areThere(
  sync: SyncReads,
  named: readonly { readonly table: string; readonly key: readonly (string | null)[] }[],
): Promise<boolean> {
  for (const { table, key } of named) if ((await findEntity(sync, table, key)) === null) return false;
  return true;
}
