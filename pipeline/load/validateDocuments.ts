import type { Database } from "../db/database.js";
import { identifier, literal, literalList } from "../db/quote.js";
import type { TableModel } from "../model/types.js";
import { extraFieldReason, missingFieldReason } from "../model/validateValue.js";
import { idTableOf } from "../parts/environment.js";
import { readFacts } from "../parts/facts.js";
import { createRelationSql, misfitsRelation } from "../parts/relations.js";
import type { StageContext } from "../stage.js";
import type { Ingested } from "./ingestTable.js";
import type { RawTable } from "./rawTable.js";
import { validateTable } from "./validateTable.js";

/**
 * Validates the documents of the model's tables and lists in `meta.misfits` what does not fit. They are mapped all the same: what their rows
 * require decides, as it does in a deployment.
 * @param tables all raw tables, filled; `meta.tables` tells their numbers
 * @param rows those that the archive holds
 * @param folder for short-lived files
 */
export async function validateDocuments(
  { database, model, progress, signal }: StageContext,
  tables: readonly RawTable[],
  rows: ReadonlyMap<RawTable, Ingested>,
  folder: string,
): Promise<void> {
  await database.run(`DROP TABLE IF EXISTS ${misfitsRelation}; ${createRelationSql(model, misfitsRelation)}`);
  const idTable = idTableOf(await readFacts(database, model));
  const rawTables = new Map(tables.map((table) => [table.name, table]));
  const held = tables.filter(({ archive }) => archive !== null);
  progress.start("schema", held.length);
  for (const table of held) {
    signal.throwIfAborted();
    progress.advance(1);
    if (table.model === null || rows.get(table)?.documents === 0) continue;
    await validateTable(table, table.model, { database, rawTables, idTable, folder });
    await listExtraFields(database, table, table.model);
    await listMissingMovedFields(database, table, table.model);
  }
  progress.finish();
}

/** Fields that the schema does not list stay in their documents, but a deploy refuses them. */
async function listExtraFields(database: Database, { name, sql }: RawTable, { columns }: TableModel): Promise<void> {
  const known = literalList(columns.map((column) => column.name));
  const reason = extraFieldReason("\u0000").split("\u0000").map(literal).join(" || field || ");
  await database.run(
    `INSERT INTO ${misfitsRelation}
     SELECT ${literal(name)}, _id, '/' || replace(replace(field, '~', '~0'), '/', '~1'), ${reason}, 'both', false
     FROM (SELECT _id, unnest(json_keys(_extra)) AS field FROM ${sql} WHERE _extra IS NOT NULL)
     WHERE NOT list_contains(${known}, field) ORDER BY _id, field`,
  );
}

/** The transitional schema does without them. */
async function listMissingMovedFields(database: Database, { name, sql }: RawTable, model: TableModel): Promise<void> {
  for (const column of model.columns) {
    if (!column.required || !model.moved.includes(column.name)) continue;
    const path = literal(`/${column.name}`);
    await database.run(
      `INSERT INTO ${misfitsRelation} SELECT ${literal(name)}, _id, ${path}, ${literal(missingFieldReason(column.name))}, 'old', false
       FROM ${sql} WHERE ${identifier(column.name)} IS NULL AND NOT coalesce(json_exists(_extra, ${path}), false) ORDER BY _id`,
    );
  }
}
