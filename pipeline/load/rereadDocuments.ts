import { canonicalEncoding } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import type { Database } from "../db/database.js";
import { identifier, literal } from "../db/quote.js";
import { documentRowsSql, linesSource, mark } from "./documentRows.js";
import { unlift } from "./liftArrays.js";
import type { RawTable } from "./rawTable.js";
import { LineSpool } from "./spoolLines.js";

/**
 * Reads the documents marked `mark.reread` again, strictly and without loss, and puts what they hold into their rows.
 * @param path of a file it may write
 * Throws UnnestError as `decodeValue` does, without a place: `diagnoseDocuments` knows it.
 */
export async function rereadDocuments(
  database: Database,
  table: RawTable,
  path: string,
  lifted: readonly string[],
): Promise<void> {
  const marked = `${table.sql} WHERE _fault = ${literal(mark.reread)}`;
  if ((await database.count(`SELECT count(*) FROM ${marked}`)) === 0) return;

  const spool = await LineSpool.create(path);
  try {
    for await (const [rows = [], lines = []] of database.columns(
      `SELECT CAST(rowid AS VARCHAR), CAST(_extra AS VARCHAR) FROM ${marked}`,
    )) {
      for (const [i, row] of rows.entries()) {
        const document = canonicalEncoding(decodeValue(unlift(lines[i] ?? "", lifted)));
        await spool.write(`{"n":${row},"d":${document}}`);
      }
    }
  } finally {
    await spool.close();
  }

  const names = [...table.columns.map(({ name }) => name), "_extra", "_fault"].map(identifier);
  const source = `(SELECT CAST(json_extract_string(json, '/n') AS BIGINT) AS number, json_extract(json, '/d') AS json
    FROM ${linesSource(path, spool.longest)})`;
  await database.run(
    `UPDATE ${table.sql} AS t SET ${names.map((name) => `${name} = d.${name}`).join(", ")}
     FROM (${documentRowsSql(table.columns, source, true)}) AS d(number, ${names.join(", ")}) WHERE t.rowid = d.number`,
  );
}
