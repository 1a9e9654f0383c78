import { statSync } from "node:fs";
import type { Database } from "../db/database.js";
import { identifier, literal, literalList, qualified } from "../db/quote.js";
import { nullMarker, type RelationColumn, spoolKey } from "./outputs.js";

/** Bytes of one line DuckDB accepts; a row is at most 1 MiB as Convex counts it, several times that as JSON. */
const maximumLine = 128 << 20;

/** Each thread's buffers are twice the longest line; no line is longer than its file. */
function longestLine(files: readonly string[]): number {
  return Math.min(maximumLine, Math.max(1 << 20, ...files.map((file) => statSync(file).size)));
}

/** Appends the JSON lines of `files` to a table; both have these columns. */
export async function ingest(
  database: Database,
  schema: string,
  table: string,
  columns: readonly RelationColumn[],
  files: readonly string[],
): Promise<void> {
  if (files.length === 0) return;
  const shape = columns.map(({ sqlType }, index) => `${spoolKey(index)}: ${literal(sqlType)}`);
  const values = columns.map(({ sqlType }, index) => {
    const key = spoolKey(index);
    return sqlType === "JSON"
      ? `CASE WHEN CAST(${key} AS VARCHAR) = ${literal(nullMarker)} THEN 'null'::JSON ELSE ${key} END`
      : key;
  });
  await database.run(
    `INSERT INTO ${qualified(schema, table)} (${columns.map(({ name }) => identifier(name)).join(", ")})
     SELECT ${values.join(", ")}
     FROM read_json(${literalList(files)}, format = 'newline_delimited', columns = {${shape.join(", ")}}, maximum_object_size = ${longestLine(files)})`,
  );
}
