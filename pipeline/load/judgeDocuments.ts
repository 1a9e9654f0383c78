/** Which documents of a table do not fit its schema, and why. */
import { join } from "node:path";
import type { Value } from "convex/values";
import { decodeValue } from "../convexFormat/decodeValue.js";
import type { Database } from "../db/database.js";
import { identifier, literal, literalList } from "../db/quote.js";
import { faultOf } from "../model/faultOf.js";
import { fieldJson, objectJson } from "../model/rawColumns.js";
import type { ColumnModel, TableModel } from "../model/types.js";
import { type IdTable, validateValue } from "../model/validateValue.js";
import { judgeMark } from "./documentLine.js";
import { LineSpool } from "./lineSpool.js";
import type { RawTable } from "./rawTable.js";

interface Judgement {
  readonly database: Database;
  /** For the model's tables that have one: all raw tables by name. */
  readonly rawTables: ReadonlyMap<string, RawTable>;
  readonly idTable: IdTable;
  /** Existing folder for short-lived files. */
  readonly folder: string;
}

/**
 * Writes the reason into `_fault` of each document that does not fit. SQL picks out those that may not fit, column by column; only they are
 * decoded and judged as whole documents. Moved fields are left out (`faultOf`).
 * @returns documents with a fault
 */
export async function judgeDocuments(table: RawTable, model: TableModel, judgement: Judgement): Promise<number> {
  const { database } = judgement;
  const judged = model.columns.filter(({ name }) => !model.moved.includes(name));
  const rows = await LineSpool.create(join(judgement.folder, "suspects.jsonl"));
  try {
    const conditions = [...sqlConditions(judged), ...(await idConditions(table, judged, judgement))];
    for await (const [numbers = []] of database.columns(
      `SELECT CAST(rowid AS VARCHAR) FROM ${table.sql} WHERE ${conditions.join(" OR ")}`,
    )) {
      for (const row of numbers) await rows.write(`{"n":${row}}`);
    }
    await addUnfitValues(table, judged, judgement, rows);
  } finally {
    await rows.close();
  }
  if (rows.count === 0) return 0;
  return await writeFaults(table, model, judged, judgement, rows);
}

/** What the stored columns alone say. */
function sqlConditions(judged: readonly ColumnModel[]): string[] {
  const names = literalList(judged.map(({ name }) => name));
  return [
    `_fault = ${literal(judgeMark)}`,
    // A value that did not fit its column stands in `_extra`.
    ...(judged.length === 0 ? [] : [`(_extra IS NOT NULL AND list_has_any(json_keys(_extra), ${names}))`]),
    ...judged.flatMap(({ name, required }) => (required ? [`${identifier(name)} IS NULL`] : [])),
    ...judged.flatMap(({ name, sqlType, literals }) =>
      literals === undefined || sqlType !== "VARCHAR"
        ? []
        : [`${identifier(name)} NOT IN (${literals.map(literal).join(", ")})`],
    ),
  ];
}

/** References to documents that are there need no look; of the others, each different id is decoded once. */
async function idConditions(table: RawTable, judged: readonly ColumnModel[], judgement: Judgement): Promise<string[]> {
  const { database, rawTables, idTable, folder } = judgement;
  const conditions: string[] = [];
  for (const { name, references } of judged) {
    if (references === undefined) continue;
    const column = identifier(name);
    const target = rawTables.get(references);
    const isThere =
      target === undefined ? "false" : `EXISTS (SELECT 1 FROM ${target.sql} AS r WHERE r._id = t.${column})`;
    const path = join(folder, `ids${conditions.length}.jsonl`);
    const bad = await LineSpool.create(path);
    try {
      for await (const [ids = []] of database.columns(
        `SELECT DISTINCT ${column} FROM ${table.sql} AS t WHERE ${column} IS NOT NULL AND NOT ${isThere}`,
      )) {
        for (const id of ids) if (id !== null && idTable(id) !== references) await bad.write(JSON.stringify({ id }));
      }
    } finally {
      await bad.close();
    }
    if (bad.count > 0) {
      conditions.push(`${column} IN (SELECT json_extract_string(json, '/id') FROM ${bad.source()})`);
    }
  }
  return conditions;
}

/** Whether the conditions above judge a column completely. */
function isJudgedBySql(column: ColumnModel): boolean {
  const { validator, literals, references } = column;
  if (literals !== undefined || references !== undefined) return true;
  return ["any", "string", "float64", "int64", "boolean"].includes(validator.kind);
}

/** Values that have a structure are judged one by one. */
async function addUnfitValues(
  table: RawTable,
  judged: readonly ColumnModel[],
  { database, idTable }: Judgement,
  rows: LineSpool,
): Promise<void> {
  // Arrays of floats were judged when they were lifted; the others are marked.
  const floatArrays = new Set(table.columns.filter(({ isFloatArray }) => isFloatArray).map(({ name }) => name));
  const columns = judged.filter((column) => !isJudgedBySql(column) && !floatArrays.has(column.name));
  if (columns.length === 0) return;
  const names = columns.map(({ name }) => identifier(name));
  for await (const [numbers = [], ...values] of database.columns(
    `SELECT CAST(rowid AS VARCHAR), ${names.map((name) => `CAST(${name} AS VARCHAR)`).join(", ")} FROM ${table.sql}
     WHERE ${names.map((name) => `${name} IS NOT NULL`).join(" OR ")}`,
  )) {
    for (const [i, row] of numbers.entries()) {
      const isUnfit = columns.some(({ validator, sqlType }, k) => {
        const text = values[k]?.[i] ?? null;
        if (text === null) return false;
        return validateValue(sqlType === "VARCHAR" ? text : decodeValue(text), validator, idTable) !== null;
      });
      if (isUnfit) await rows.write(`{"n":${row}}`);
    }
  }
}

async function writeFaults(
  table: RawTable,
  model: TableModel,
  judged: readonly ColumnModel[],
  { database, idTable, folder }: Judgement,
  rows: LineSpool,
): Promise<number> {
  const document = objectJson(judged.map((column) => [column.name, fieldJson(column)]));
  const suspects = `SELECT CAST(json_extract(json, '/n') AS BIGINT) FROM ${rows.source()}`;
  const faults = await LineSpool.create(join(folder, "faults.jsonl"));
  try {
    for await (const [numbers = [], documents = []] of database.columns(
      `SELECT CAST(rowid AS VARCHAR), ${document} FROM ${table.sql} WHERE rowid IN (${suspects})`,
    )) {
      for (const [i, row] of numbers.entries()) {
        const reason = faultOf(decodeValue(documents[i] ?? "{}") as Record<string, Value>, model, idTable);
        if (reason !== null) await faults.write(JSON.stringify({ n: Number(row), reason }));
      }
    }
  } finally {
    await faults.close();
  }
  await database.run(`UPDATE ${table.sql} SET _fault = NULL WHERE _fault = ${literal(judgeMark)}`);
  if (faults.count > 0) {
    await database.run(
      `UPDATE ${table.sql} AS t SET _fault = json_extract_string(f.json, '/reason') FROM ${faults.source()} AS f
       WHERE t.rowid = CAST(json_extract(f.json, '/n') AS BIGINT)`,
    );
  }
  return faults.count;
}
