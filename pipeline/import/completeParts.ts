import { transforms } from "../../transforms/index.js";
import type { Database } from "../db/database.js";
import { identifier, literal, qualified } from "../db/quote.js";
import type { LineRange } from "../parts/passQuery.js";

/**
 * Writes the temporary table `plan_complete(part, "table", documentId, rows)`: the parts of which every row that the snapshot's new
 * tables hold is equal to a mapped one, because dual-write has kept them. Where those are all the part gives, it need not be sent.
 *
 * @returns whether there are any
 */
export async function findCompleteParts(database: Database): Promise<boolean> {
  const held = transforms.flatMap(({ part, table, writes }) =>
    Object.entries(writes).map(
      ([rows, parent]) =>
        `SELECT ${literal(part)} AS part, ${literal(table)} AS "table", e.${identifier(parent)} AS documentId, x.state
         FROM meta.existing AS x JOIN ${qualified("raw", rows)} AS e ON e._id = x._id WHERE x."table" = ${literal(rows)}`,
    ),
  );
  await database.run(
    `CREATE OR REPLACE TEMP TABLE plan_complete AS
     SELECT part, "table", documentId, count(*) AS "rows" FROM (${held.join(" UNION ALL ")})
     GROUP BY ALL HAVING bool_and(state = 'equal')`,
  );
  return (await database.count("SELECT count(*) FROM plan_complete")) > 0;
}

/** How many equal rows each complete part of these documents has, by `partName`. */
export async function completeParts(
  database: Database,
  table: string,
  { first, last }: LineRange,
): Promise<ReadonlyMap<string, number>> {
  const rows = await database.rows<{ part: string; documentId: string; rows: string }>(
    `SELECT c.part, c.documentId, c."rows" FROM plan_complete AS c JOIN ${qualified("raw", table)} AS d ON d._id = c.documentId
     WHERE c."table" = ${literal(table)} AND d._line BETWEEN ${first} AND ${last}`,
  );
  return new Map(rows.map(({ part, documentId, rows: count }) => [partName({ part, documentId }), Number(count)]));
}

export function partName({ part, documentId }: { readonly part: string; readonly documentId: string }): string {
  return `${part} ${documentId}`;
}
