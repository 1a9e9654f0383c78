import type { Database } from "../db/database.js";
import { literalList } from "../db/quote.js";
import type { TraceBatch } from "./trace.js";

interface Answer {
  readonly outcomes?: readonly string[];
  readonly faults?: readonly {
    readonly list: string;
    readonly at: number;
    readonly code: string;
    readonly column?: string;
  }[];
}

/**
 * The batches that parts of these documents went in, and what the deployment answered about each of them. Scans the plan's items once. A
 * part that a batch was closed before stands in the batch that took it then.
 */
export async function traceBatches(database: Database, ids: readonly string[]): Promise<readonly TraceBatch[]> {
  const rows = await database.rows<{
    part: string;
    place: string;
    batchId: string;
    phase: string;
    kind: string;
    state: string;
    attempts: string;
    answer: string | null;
    failure: string | null;
  }>(
    `SELECT i.part, i.item - b."first" AS place, b.batchId, b.phase, b.kind, b.state, b.attempts, b.answer, b.failure
     FROM import.items AS i
     JOIN import.batches AS b ON b.origin = i.batch AND i.item >= b."first" AND i.item < b."first" + b.items AND b.state <> 'split'
     WHERE i.documentId IN (SELECT unnest(${literalList(ids)})) ORDER BY b.phase, i.part, b.number`,
  );
  return rows.flatMap(({ place, attempts, answer: text, ...row }) => {
    const answer = text === null ? null : (JSON.parse(text) as Answer);
    const outcome = answer?.outcomes?.[Number(place)] ?? null;
    if (answer !== null && outcome === null) return [];
    const fault = answer?.faults?.find(({ list, at }) => list === row.kind && at === Number(place));
    const { batchId, phase, part, state, failure } = row;
    const reason =
      fault === undefined ? failure : [fault.code, fault.column].filter((word) => word !== undefined).join(" ");
    return [{ batchId, phase, part, state, attempts: Number(attempts), outcome, reason }];
  });
}
