import type { Database } from "../db/database.js";
import { identifier, literal } from "../db/quote.js";
import { UnnestError } from "../errors.js";
import type { RawTable } from "./rawTable.js";

/** From here on JSON tools write an exponent, which keeps a number a Float64. */
const firstWithExponent = 1e15;

/**
 * Refuses a table whose file went through a JSON tool that wrote `5` for `5.0`: every document holds an Int64 where the model has a
 * Float64, and not one whole Float64 is left. A field that an application itself fills with Int64 leaves the table's other numbers alone,
 * and its documents are mapped like all that do not fit.
 *
 * Throws UnnestError NUMBERS_REWRITTEN, with the table and the field.
 */
export async function refuseRewrittenNumbers(database: Database, table: RawTable): Promise<void> {
  const { model, archive, sql } = table;
  const numbers =
    model?.columns.filter(({ name, sqlType }) => sqlType === "DOUBLE" && !model.moved.includes(name)) ?? [];
  if (numbers.length === 0 || archive === null || archive.encoding.kind !== "uniform") return;
  const isInt64 = (name: string) => `json_type(_extra, ${literal(`/${name}`)}) IN ('BIGINT', 'UBIGINT')`;
  const isWhole = ({ name }: { readonly name: string }): string => {
    const column = identifier(name);
    return `coalesce(${column} = floor(${column}) AND abs(${column}) < ${firstWithExponent}, false)`;
  };
  const everywhere = numbers.map(({ name }) => `coalesce(bool_and(coalesce(${isInt64(name)}, false)), false)`);
  const [found] = await database.rows<{ place: string; untouched: boolean }>(
    `SELECT CAST(list_position([${everywhere.join(", ")}], true) AS VARCHAR) AS place,
       bool_or(${numbers.map(isWhole).join(" OR ")}) AS untouched
     FROM ${sql} HAVING count(*) > 0 AND count(_extra) = count(*)`,
  );
  const field = numbers[Number(found?.place ?? 0) - 1]?.name;
  if (found === undefined || field === undefined || found.untouched) return;
  throw new UnnestError(
    "NUMBERS_REWRITTEN",
    "every document of a table holds an Int64 where the model has a Float64, and no whole Float64 is left",
    { ...archive.place, table: table.name, field },
  );
}
