/**
 * `meta.document_sizes`: what the documents of a table weigh with their moved fields and without, in Convex's own count and as
 * JSON. Columns "table", documents, shrunk (documents that lose a field), convexBefore, convexAfter, jsonBefore, jsonAfter (bytes, summed).
 */
import { decodeValue } from "../convexFormat/decodeValue.js";
import { valueSize } from "../convexFormat/valueSize.js";
import type { Database } from "../db/database.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { columnSize } from "../model/columnSize.js";
import { fieldBytes, valueJson } from "../model/rawColumns.js";
import type { ColumnModel, TableModel } from "../model/types.js";
import type { MovedSizes } from "../parts/mapDocuments.js";
import type { StageContext } from "../stage.js";

/** Arrays of numbers (embeddings) were counted when they were loaded; reading them again would take longer than all else here. */
function isFloatArray({ validator }: ColumnModel): boolean {
  return validator.kind === "array" && validator.element.kind === "float64";
}

async function convexBytes(database: Database, table: TableModel): Promise<number> {
  const staying = table.columns.filter(({ name }) => !table.moved.includes(name));
  const sized = staying
    .filter((column) => !isFloatArray(column))
    .map((column) => ({ column, size: columnSize(column) }));
  const inSql = sized.flatMap(({ column, size }) =>
    size === null ? [] : [`coalesce(${column.name.length + 1} + ${size}, 0)`],
  );
  // An object's own 2 bytes, `_id` (4 and a string) and `_creationTime` (14 and a number).
  const sum = `2 + 4 + 2 + strlen(_id) + 14 + 9 + ${inSql.length === 0 ? "0" : inSql.join(" + ")}`;
  let bytes = Number(
    (await database.value(`SELECT CAST(sum(${sum}) AS VARCHAR) FROM ${qualified("raw", table.name)}`)) ?? 0,
  );
  for (const { column, size } of sized)
    if (size === null) bytes += await measured(database, table.name, column.name, column.name.length + 1);
  // An array is 2 bytes and 9 an element.
  bytes += await database.count(
    `SELECT coalesce(sum(arrays * (strlen("column") + 1 + 2) + 9 * floats), 0) FROM meta.float_arrays WHERE raw = ${literal(table.name)}`,
  );
  // The fields of `_extra` stand beside the others, not in an object of their own.
  return bytes + (await measured(database, table.name, "_extra", -2));
}

/** Sum over the documents that have it of a JSON column's size and `more` bytes. */
async function measured(database: Database, table: string, column: string, more: number): Promise<number> {
  let bytes = 0;
  for await (const [texts = []] of database.columns(
    `SELECT CAST(${identifier(column)} AS VARCHAR) FROM ${qualified("raw", table)} WHERE ${identifier(column)} IS NOT NULL`,
  )) {
    for (const text of texts) bytes += more + valueSize(decodeValue(text ?? "null"));
  }
  return bytes;
}

export async function writeDocumentSizes(
  { database, model }: StageContext,
  moved: Readonly<Record<string, MovedSizes>>,
): Promise<void> {
  await database.run(
    `CREATE OR REPLACE TABLE meta.document_sizes ("table" VARCHAR, documents BIGINT, shrunk BIGINT, convexBefore BIGINT, convexAfter BIGINT, jsonBefore BIGINT, jsonAfter BIGINT)`,
  );
  for (const table of model.existing.filter((candidate) => candidate.moved.length > 0)) {
    const { documents: shrunk, bytes } = moved[table.name] ?? { documents: 0, bytes: 0 };
    const after = await convexBytes(database, table);
    const texts = table.moved.map((name) => fieldBytes(name, valueJson("JSON", identifier(name))));
    await database.run(
      `INSERT INTO meta.document_sizes
       SELECT ${literal(table.name)}, count(*), ${shrunk}, ${after + bytes}, ${after}, any_value(t.bytes), any_value(t.bytes) - coalesce(sum(${texts.join(" + ")}), 0)
       FROM meta.tables AS t LEFT JOIN ${qualified("raw", table.name)} AS d ON true WHERE t.name = ${literal(table.name)} AND t.component = ''`,
    );
  }
}
