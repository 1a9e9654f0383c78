/** Convex's limits on values, for every row that comes near one: SQL finds the candidates, TypeScript measures them exactly. */
import type { Fields } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import { checkDocumentLimits } from "../convexFormat/limits.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { UnnestError } from "../errors.js";
import { objectJson, valueJson } from "../model/rawColumns.js";
import type { TableModel } from "../model/types.js";
import type { StageContext } from "../stage.js";
import { type Found, Offenders } from "./checkResult.js";

/**
 * Only a row whose texts sum up to this many bytes can come near the limit on size, and only one with a JSON column can break one on
 * nesting, arrays or keys. 1 MiB in Convex's count is at least 1 MiB / 9 of JSON (`0.0` counts 9 bytes and takes 4 with its comma).
 */
const suspectBytes = 100_000;

function documentJson(table: TableModel): string {
  return objectJson(
    table.columns.map(({ name, sqlType }): [string, string] => [name, valueJson(sqlType, identifier(name))]),
  );
}

/** An array of 8,193 elements has as many commas but one, and takes twice as many bytes at least. */
const suspectCommas = 8_192;

/** Stands for the structure of a text that is no JSON, and is how DuckDB writes a place that holds values of several types. */
const unclear = '"JSON"';

/**
 * What only the structure of a value that breaks a limit has, or of one in a hundred others; such a value is measured. `json_structure`
 * keeps keys and levels and leaves the texts out, so that looking at it takes a fifth of the time that looking at the value does.
 */
const suspectStructure = [
  // A key of more than 1,024 letters, or 1,025 keys.
  "^.{1000}.{25}",
  unclear,
  // Sixteen levels need sixteen opening brackets.
  String.raw`([\[{].*){16}`,
  // A key with a letter beyond printable ASCII, or with `$` in front: written as it is, or as an escape.
  String.raw`"(\$|([^"\\]|\\.)*([^ -~]|\\[bfnrtu]))([^"\\]|\\.)*":`,
].join("|");

/** SQL condition under which a row is worth measuring. */
function suspicion(table: TableModel): string {
  const texts = table.columns.filter(({ sqlType }) => sqlType === "VARCHAR" || sqlType === "JSON");
  const bytes = texts.map(({ name }) => `coalesce(strlen(CAST(${identifier(name)} AS VARCHAR)), 0)`);
  const nested = texts.flatMap(({ name, sqlType }) => {
    if (sqlType !== "JSON") return [];
    const column = identifier(name);
    const text = `CAST(${column} AS VARCHAR)`;
    // An error's message would quote the value.
    const structure = `coalesce(CAST(TRY(json_structure(${column})) AS VARCHAR), ${literal(unclear)})`;
    return [
      `(${column} IS NOT NULL AND regexp_matches(${structure}, ${literal(suspectStructure)}))`,
      `CASE WHEN strlen(${text}) > ${2 * suspectCommas} THEN strlen(${text}) - strlen(replace(${text}, ',', '')) >= ${suspectCommas} ELSE false END`,
    ];
  });
  return [`${bytes.length === 0 ? "0" : bytes.join(" + ")} > ${suspectBytes}`, ...nested].join(" OR ");
}

/** The first limit a document breaks; null when it keeps them all. One that is no Convex value at all breaks a limit too. */
function brokenLimit(text: string): string | null {
  try {
    return checkDocumentLimits(decodeValue(text) as Fields)[0]?.rule ?? null;
  } catch (error) {
    if (error instanceof UnnestError) return error.message;
    throw error;
  }
}

export async function checkLimits(context: StageContext): Promise<Found> {
  const { database, model, signal } = context;
  const offenders = new Offenders();
  const measure = (table: string, id: string, text: string): void => {
    const rule = brokenLimit(text);
    if (rule !== null) offenders.add({ table, _id: id, detail: rule });
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
