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

/** 8,193 elements or 1,025 distinct keys take more than this as JSON. */
const suspectJson = 6_000;

/** Patterns of JSON that only a text which breaks a limit, or one in a hundred others, has; what they find is measured. */
const suspectPatterns = [
  // Sixteen levels need sixteen opening brackets.
  String.raw`([\[{].*){16}`,
  // A key with a letter beyond printable ASCII, or with `$` in front: written as it is, or as an escape.
  String.raw`"(\$|([^"\\]|\\.)*([^ -~]|\\[bfnrtu]))([^"\\]|\\.)*":`,
];

/** A key of more than 1,024 letters; no pattern may repeat more than 1,000 times. */
const longKey = String.raw`"[^"\\]{1000}[^"\\]{25}`;

/** SQL condition under which a row is worth measuring. */
function suspicion(table: TableModel): string {
  const texts = table.columns.filter(({ sqlType }) => sqlType === "VARCHAR" || sqlType === "JSON");
  const bytes = texts.map(({ name }) => `coalesce(strlen(CAST(${identifier(name)} AS VARCHAR)), 0)`);
  const nested = texts.flatMap(({ name, sqlType }) => {
    if (sqlType !== "JSON") return [];
    const text = `CAST(${identifier(name)} AS VARCHAR)`;
    return [
      `strlen(${text}) > ${suspectJson}`,
      ...suspectPatterns.map((pattern) => `regexp_matches(${text}, ${literal(pattern)})`),
      `CASE WHEN strlen(${text}) > 1024 THEN regexp_matches(${text}, ${literal(longKey)}) ELSE false END`,
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
