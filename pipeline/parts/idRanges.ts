import type { Database } from "../db/database.js";
import { literal } from "../db/quote.js";

/** Ids between two. */
export interface IdRange {
  /** Exclusive; null for none. */
  readonly after: string | null;
  /** Inclusive; null for none. */
  readonly upTo: string | null;
}

/** A range, and how many of the weighed ids it holds. */
export interface WeighedRange extends IdRange {
  readonly ids: number;
}

/**
 * Cuts ids into ranges of about equal weight, in order; together they hold every id there can be.
 *
 * @param weighted query of columns `id` and `weight`, in bytes, each id once
 * @param most bytes of a range, exceeded by one id at most
 */
export async function idRanges(database: Database, weighted: string, most: number): Promise<readonly WeighedRange[]> {
  const rows = await database.rows<{ id: string; ids: string }>(
    `SELECT max(id) AS id, count(*) AS ids FROM (SELECT id, sum(weight) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - weight AS before FROM (${weighted}))
     GROUP BY before // ${most} ORDER BY id`,
  );
  if (rows.length === 0) return [{ after: null, upTo: null, ids: 0 }];
  // The last range is open: there may be ids beyond those that were weighed.
  return rows.map(({ id, ids }, index) => ({
    after: rows[index - 1]?.id ?? null,
    upTo: index === rows.length - 1 ? null : id,
    ids: Number(ids),
  }));
}

/** SQL condition: is the id that `expression` gives in the range? */
export function inRange(expression: string, { after, upTo }: IdRange): string {
  const bounds = [
    ...(after === null ? [] : [`${expression} > ${literal(after)}`]),
    ...(upTo === null ? [] : [`${expression} <= ${literal(upTo)}`]),
  ];
  return bounds.length === 0 ? "true" : bounds.join(" AND ");
}
