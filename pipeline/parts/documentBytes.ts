import { identifier } from "../db/quote.js";
import { columnSize } from "../model/columnSize.js";
import type { ColumnModel, Model } from "../model/types.js";

/**
 * About how many bytes Convex counts for a raw document, as SQL that reads its columns once. Exact but for JSON columns, of which
 * the text's length is taken: brackets and quotes weigh about what Convex counts for a value.
 *
 * @param alias of the document's table in the query
 */
export function documentBytes(model: Model, table: string, alias: string): string {
  const columns = model.has(table) ? model.table(table).columns : [];
  const sizes = columns.map(({ ...column }) => {
    const quoted = `${alias}.${identifier(column.name)}`;
    const size = columnSize(column, quoted) ?? textSize(column, quoted);
    return `coalesce(${column.name.length + 1} + ${size}, 0)`;
  });
  return [
    `${systemBytes} + strlen(${alias}._id)`,
    ...sizes,
    `coalesce(strlen(CAST(${alias}._extra AS VARCHAR)), 0)`,
  ].join(" + ");
}

/** An object's own 2 bytes, `_id` (4 and a string's 2) and `_creationTime` (14 and a number's 9). */
const systemBytes = 31;

/** An embedding's numbers have about 20 letters each, where Convex counts 9 bytes. */
const floatShare = 0.6;

function textSize({ validator }: ColumnModel, quoted: string): string {
  const isFloatArray = validator.kind === "array" && validator.element.kind === "float64";
  const letters = `strlen(CAST(${quoted} AS VARCHAR))`;
  return isFloatArray ? `CAST(${letters} * ${floatShare} AS BIGINT)` : letters;
}
