/** Writes `meta.accounting`: what became of every element, kind by kind (law 1 of spec 4). */
import { emptyTally, transforms } from "../../transforms/index.js";
import { literal, qualified } from "../db/quote.js";
import type { Tallies } from "../parts/mapDocuments.js";
import type { StageContext } from "../stage.js";

interface AccountingRow {
  readonly phase: string;
  readonly element: string;
  /** Table the element's rows go to; null for an element that never gives one. */
  readonly table: string | null;
  readonly source: number;
  readonly rows: number;
  readonly merged: number;
  readonly rejected: number;
  readonly kept: number;
  readonly derived: number;
}

/** Which rows of a table that a set rule makes stand for an element of their own; the rest are derived. */
async function rowsByElement({ database }: StageContext, table: string): Promise<ReadonlyMap<string | null, number>> {
  const rows = await database.rows<{ element: string | null; count: string }>(
    `SELECT _element AS element, count(*) AS count FROM ${qualified("staging", table)} GROUP BY _element`,
  );
  return new Map(rows.map(({ element, count }) => [element, Number(count)]));
}

/**
 * @param setRuleTables normalized tables filled by a set rule
 */
export async function writeAccounting(
  context: StageContext,
  tallies: Tallies,
  setRuleTables: readonly string[],
): Promise<void> {
  const { database, model, options } = context;
  const decided = new Map<string, ReadonlyMap<string | null, number>>();
  for (const table of setRuleTables) decided.set(table, await rowsByElement(context, table));
  const accounting: AccountingRow[] = [];
  for (const { part, phase, elements, option } of transforms) {
    if (option !== undefined && !options.with.includes(option)) continue;
    for (const [element, table] of Object.entries(elements)) {
      const tally = tallies[`${part} ${element}`] ?? emptyTally();
      const won = table === null ? 0 : (decided.get(table)?.get(element) ?? 0);
      const { source, rejected, kept } = tally;
      // What a set rule did not make a row of, it merged into one.
      accounting.push({
        phase,
        element,
        table,
        source,
        rows: tally.rows + won,
        merged: tally.merged + tally.undecided - won,
        rejected,
        kept,
        derived: 0,
      });
    }
  }
  for (const [table, rows] of decided) {
    const phase = model.table(table).phase ?? "";
    accounting.push({
      phase,
      element: `${table} (derived)`,
      table,
      source: 0,
      rows: 0,
      merged: 0,
      rejected: 0,
      kept: 0,
      derived: rows.get(null) ?? 0,
    });
  }
  accounting.sort((left, right) => (left.phase < right.phase ? -1 : left.phase > right.phase ? 1 : 0));
  await database.run(
    `CREATE OR REPLACE TABLE meta.accounting (phase VARCHAR, element VARCHAR, "table" VARCHAR, source BIGINT, "rows" BIGINT, merged BIGINT, rejected BIGINT, kept BIGINT, derived BIGINT)`,
  );
  const values = accounting.map(
    ({ phase, element, table, source, rows, merged, rejected, kept, derived }) =>
      `(${[phase, element, table, source, rows, merged, rejected, kept, derived].map(literal).join(", ")})`,
  );
  if (values.length > 0) await database.run(`INSERT INTO meta.accounting VALUES ${values.join(", ")}`);
}
