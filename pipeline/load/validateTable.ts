/** Which documents of a table do not fit its schema, and why. */
import { join } from "node:path";
import type { Value } from "convex/values";
import { decodeValue } from "../convexFormat/decodeValue.js";
import type { Database } from "../db/database.js";
import { identifier, literal, literalList } from "../db/quote.js";
import { misfitsOf } from "../model/misfitsOf.js";
import { fieldJson, objectJson } from "../model/rawColumns.js";
import type { ColumnModel, TableModel } from "../model/types.js";
import { type IdTable, validateValue } from "../model/validateValue.js";
import { misfitsRelation } from "../parts/relations.js";
import { validateMark } from "./documentLine.js";
import { LineSpool } from "./lineSpool.js";
import type { RawTable } from "./rawTable.js";

export interface Validation {
  readonly database: Database;
  /** For the model's tables that have one: all raw tables by name. */
  readonly rawTables: ReadonlyMap<string, RawTable>;
  readonly idTable: IdTable;
  /** Existing folder for short-lived files. */
  readonly folder: string;
}

/**
 * Writes the first reason into `_fault` of each document that does not fit, and all of them into `meta.misfits`. SQL picks out the documents
 * that may not fit, column by column; only they are decoded and validated as whole documents. Moved fields are left out (`misfitsOf`).
 */
export async function validateTable(table: RawTable, model: TableModel, validation: Validation): Promise<void> {
  const { database } = validation;
  const validated = model.columns.filter(({ name }) => !model.moved.includes(name));
  const rows = await LineSpool.create(join(validation.folder, "suspects.jsonl"));
  try {
    const conditions = [...sqlConditions(validated), ...(await idConditions(table, validated, validation))];
    for await (const [numbers = []] of database.columns(
      `SELECT CAST(rowid AS VARCHAR) FROM ${table.sql} WHERE ${conditions.join(" OR ")}`,
    )) {
      for (const row of numbers) await rows.write(`{"n":${row}}`);
    }
    await addUnfitValues(table, validated, validation, rows);
  } finally {
    await rows.close();
  }
  if (rows.count > 0) await writeMisfits(table, model, validated, validation, rows);
}

/** What the stored columns alone say. */
function sqlConditions(validated: readonly ColumnModel[]): string[] {
  const names = literalList(validated.map(({ name }) => name));
  return [
    `_fault = ${literal(validateMark)}`,
    // A value that did not fit its column stands in `_extra`.
    ...(validated.length === 0 ? [] : [`(_extra IS NOT NULL AND list_has_any(json_keys(_extra), ${names}))`]),
    ...validated.flatMap(({ name, required }) => (required ? [`${identifier(name)} IS NULL`] : [])),
    ...validated.flatMap(({ name, sqlType, literals }) =>
      literals === undefined || sqlType !== "VARCHAR"
        ? []
        : [`${identifier(name)} NOT IN (${literals.map(literal).join(", ")})`],
    ),
  ];
}

/** References to documents that are there need no look; of the others, each different id is decoded once. */
async function idConditions(
  table: RawTable,
  validated: readonly ColumnModel[],
  { database, rawTables, idTable, folder }: Validation,
): Promise<string[]> {
  const conditions: string[] = [];
  for (const { name, references } of validated) {
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

/** Whether the conditions above validate a column completely. */
function isValidatedBySql(column: ColumnModel): boolean {
  const { validator, literals, references } = column;
  if (literals !== undefined || references !== undefined) return true;
  return ["any", "string", "float64", "int64", "boolean"].includes(validator.kind);
}

/** Values that have a structure are validated one by one. */
async function addUnfitValues(
  table: RawTable,
  validated: readonly ColumnModel[],
  { database, idTable }: Validation,
  rows: LineSpool,
): Promise<void> {
  // Arrays of floats were validated when they were lifted; the others are marked.
  const floatArrays = new Set(table.columns.filter(({ isFloatArray }) => isFloatArray).map(({ name }) => name));
  const columns = validated.filter((column) => !isValidatedBySql(column) && !floatArrays.has(column.name));
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

async function writeMisfits(
  table: RawTable,
  model: TableModel,
  validated: readonly ColumnModel[],
  { database, idTable, folder }: Validation,
  rows: LineSpool,
): Promise<void> {
  const document = objectJson(validated.map((column) => [column.name, fieldJson(column)]));
  const suspects = `SELECT CAST(json_extract(json, '/n') AS BIGINT) FROM ${rows.source()}`;
  const misfits = await LineSpool.create(join(folder, "misfits.jsonl"));
  try {
    for await (const [numbers = [], documents = []] of database.columns(
      `SELECT CAST(rowid AS VARCHAR), ${document} FROM ${table.sql} WHERE rowid IN (${suspects})`,
    )) {
      for (const [i, row] of numbers.entries()) {
        const fields = decodeValue(documents[i] ?? "{}") as Record<string, Value>;
        for (const [place, { path, reason }] of misfitsOf(fields, model, idTable).entries())
          await misfits.write(JSON.stringify({ n: Number(row), place, path, reason }));
      }
    }
  } finally {
    await misfits.close();
  }
  await database.run(`UPDATE ${table.sql} SET _fault = NULL WHERE _fault = ${literal(validateMark)}`);
  if (misfits.count === 0) return;
  const found = `(SELECT CAST(json_extract(json, '/n') AS BIGINT) AS n, CAST(json_extract(json, '/place') AS INTEGER) AS place,
    json_extract_string(json, '/path') AS path, json_extract_string(json, '/reason') AS reason FROM ${misfits.source()})`;
  await database.run(
    `UPDATE ${table.sql} AS t SET _fault = f.reason FROM ${found} AS f WHERE t.rowid = f.n AND f.place = 0;
     INSERT INTO ${misfitsRelation} SELECT ${literal(table.name)}, t._id, f.path, f.reason, 'both', false
     FROM ${found} AS f JOIN ${table.sql} AS t ON t.rowid = f.n ORDER BY t._id, f.place`,
  );
}
