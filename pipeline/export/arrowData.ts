/** Columns of DuckDB as columns of Arrow. */
import { Bool, type Data, type DataType, Float64, Int64, makeBuilder, makeData, Utf8 } from "apache-arrow";
import { identifier } from "../db/quote.js";
import type { SqlType } from "../model/types.js";
import type { ExportColumn } from "./exportTables.js";

/** Texts as their bytes, which is how Arrow has them. */
export type Cell = { readonly bytes: Uint8Array } | number | bigint | boolean;

export const arrowTypes: Readonly<Record<SqlType, () => DataType>> = {
  VARCHAR: () => new Utf8(),
  DOUBLE: () => new Float64(),
  BIGINT: () => new Int64(),
  BOOLEAN: () => new Bool(),
  JSON: () => new Utf8(),
};

/** What is selected for a column. The client decodes texts, and takes a byte order mark at their beginning away; bytes stay what they are. */
export function cellOf({ field, sqlType }: ExportColumn): string {
  return sqlType === "VARCHAR" || sqlType === "JSON"
    ? `encode(CAST(${identifier(field)} AS VARCHAR))`
    : identifier(field);
}

/** One column of a batch. */
export function arrowData(type: DataType, cells: readonly (Cell | null)[]): Data {
  if (type instanceof Utf8) return textData(type, cells);
  const builder = makeBuilder({ type, nullValues: [null] });
  for (const cell of cells) builder.append(cell);
  return builder.finish().flush();
}

function textData(type: Utf8, cells: readonly (Cell | null)[]): Data<Utf8> {
  const texts = cells.map((cell) => (typeof cell === "object" && cell !== null ? cell.bytes : null));
  const valueOffsets = new Int32Array(texts.length + 1);
  const nullBitmap = new Uint8Array(Math.ceil(texts.length / 8));
  let nullCount = 0;
  for (const [at, text] of texts.entries()) {
    valueOffsets[at + 1] = (valueOffsets[at] ?? 0) + (text?.length ?? 0);
    if (text === null) nullCount += 1;
    else nullBitmap[at >> 3] = (nullBitmap[at >> 3] ?? 0) | (1 << (at & 7));
  }
  const data = new Uint8Array(valueOffsets[texts.length] ?? 0);
  for (const [at, text] of texts.entries()) if (text !== null) data.set(text, valueOffsets[at]);
  return makeData({ type, length: texts.length, nullCount, nullBitmap, valueOffsets, data });
}
