/** Convex's limits on values, for every row that comes near one: SQL finds the candidates, TypeScript measures them exactly. */
import type { Fields } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import { checkDocumentLimits } from "../convexFormat/limits.js";
import { identifier, qualified } from "../db/quote.js";
import { objectJson, valueJson } from "../model/rawColumns.js";
import type { TableModel } from "../model/types.js";
import type { StageContext } from "../stage.js";
import { type Found, Offenders } from "./checkResult.js";

/**
 * Only a row whose texts sum up to this many bytes can come near a limit on size, and only one with a JSON column can break a limit on
 * nesting, arrays or keys. 1 MiB in Convex's count is at least 1 MiB / 9 of JSON (`0.0` counts 9 bytes and takes 4 with its comma).
 */
const suspectBytes = 100_000;

function documentJson(table: TableModel): string {
  return objectJson(table.columns.map(({ name, sqlType }): [string, string] => [name, valueJson(sqlType, identifier(name))]));
}

/** SQL condition under which a row is worth measuring. */
function suspicion(table: TableModel): string {
  const texts = table.columns.filter(({ sqlType }) => sqlType === "VARCHAR" || sqlType === "JSON");
  const bytes = texts.map(({ name }) => `coalesce(strlen(CAST(${identifier(name)} AS VARCHAR)), 0)`);
  const nested = texts
    .filter(({ sqlType }) => sqlType === "JSON")
    // Fourteen opening brackets are a necessary condition for nesting beyond the limit; a control character or a letter beyond ASCII in a key shows as such in the text.
    .map(({ name }) => `regexp_matches(CAST(${identifier(name)} AS VARCHAR), '([\\[{].*){14}') OR regexp_matches(CAST(${identifier(name)} AS VARCHAR), '"\\$')`);
  return [`${bytes.length === 0 ? "0" : bytes.join(" + ")} > ${suspectBytes}`, ...nested.map((condition) => `(${condition})`)].join(" OR ");
}

export async function checkLimits(context: StageContext): Promise<Found> {
  const { database, model, signal } = context;
  const offenders = new Offenders();
  const measure = (table: string, id: string, text: string): void => {
    const [violation] = checkDocumentLimits(decodeValue(text) as Fields);
    if (violation !== undefined) offenders.add({ table, _id: id, detail: violation.rule });
  };
  for (const table of model.normalized) {
    for await (const [ids = [], texts = []] of database.columns(
      `SELECT _id, ${documentJson(table)} FROM ${qualified("normal", table.name)} WHERE ${suspicion(table)}`,
    )) {
      signal.throwIfAborted();
      ids.forEach((id, row) => {
        measure(table.name, id ?? "", texts[row] ?? "{}");
      });
    }
  }
  for await (const [tables = [], ids = [], sets = []] of database.columns(
    `SELECT "table", documentId, CAST(json_extract(patch, '/set') AS VARCHAR) FROM ledger.entries WHERE patch IS NOT NULL`,
  )) {
    ids.forEach((id, row) => {
      measure(tables[row] ?? "", id ?? "", sets[row] ?? "{}");
    });
  }
  return offenders.found();
}
