/**
 * Which documents a sample holds: some users with all that belongs to them, and whatever any of it refers to, until nothing refers to
 * anything outside but what dangled before.
 */
import type { Database } from "../db/database.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { selectOf, sqlFiles } from "../db/sqlFiles.js";
import type { TableModel } from "../model/types.js";
import type { StageContext } from "../stage.js";
import { type Reference, referencesOf, rootTableOf } from "./references.js";

export interface Choice {
  readonly users: number;
  /** Where chance starts: one seed, one choice. */
  readonly seed: number;
}

/**
 * Writes `sample.kept("table", _id)`. Each round follows every reference once from what the round before brought; there are as many rounds
 * as references in the longest chain.
 *
 * @returns how many users were chosen: fewer than asked for where there are fewer
 */
export async function chooseDocuments({ database, model, signal }: StageContext, choice: Choice): Promise<number> {
  const root = rootTableOf(model);
  await database.run(
    `CREATE SCHEMA IF NOT EXISTS sample;
     CREATE OR REPLACE TABLE sample.kept ("table" VARCHAR, _id VARCHAR, round INTEGER)`,
  );
  const chosen = await database.count(
    `INSERT INTO sample.kept SELECT ${literal(root)}, _id, 0 FROM ${qualified("raw", root)}
     ORDER BY md5(${literal(`${choice.seed} `)} || _id) LIMIT ${choice.users}`,
  );
  for (const table of model.tables) if (table.name !== root && isShared(table)) await keepShared(database, table);
  const references = referencesOf(model);
  const files = sqlFiles("sample");
  for (let round = 1; ; round++) {
    signal.throwIfAborted();
    let added = 0;
    for (const reference of references) added += await followReference(database, reference, root, round);
    for (const { name, ...file } of files)
      added += await keep(database, name, `SELECT _id FROM (${selectOf({ name, ...file })})`, round);
    if (added === 0) return chosen;
  }
}

/** Does no document of it belong to another? Settings, vocabularies and the migration's own tables; entities come when they are referred to. */
function isShared({ name, role, columns, moved }: TableModel): boolean {
  if (role === "normalized" || sqlFiles("sample").some((file) => file.name === name)) return false;
  return !columns.some((column) => column.references !== undefined && !moved.includes(column.name));
}

async function keepShared(database: Database, { name }: TableModel): Promise<void> {
  await database.run(`INSERT INTO sample.kept SELECT ${literal(name)}, _id, 0 FROM ${qualified("raw", name)}`);
}

async function followReference(database: Database, reference: Reference, root: string, round: number): Promise<number> {
  const { table, target, belongs, sql } = reference;
  const isNew = (of: string): string =>
    `SELECT _id FROM sample.kept WHERE "table" = ${literal(of)} AND round >= ${round - 1}`;
  const named = await keep(
    database,
    target,
    `SELECT r.target AS _id FROM (${sql}) AS r SEMI JOIN (${isNew(table)}) AS k ON k._id = r.source`,
    round,
  );
  if (!belongs) return named;
  // A user who is merely referred to brings no documents along.
  const owners =
    target === root ? `SELECT _id FROM sample.kept WHERE "table" = ${literal(root)} AND round = 0` : isNew(target);
  const owned = `SELECT r.source AS _id FROM (${sql}) AS r SEMI JOIN (${owners}) AS k ON k._id = r.target`;
  return named + (await keep(database, table, owned, round));
}

/** Keeps those of a table's documents that are there and not kept yet. @returns how many */
async function keep(database: Database, table: string, ids: string, round: number): Promise<number> {
  const name = identifier("table");
  return await database.count(
    `INSERT INTO sample.kept
     SELECT DISTINCT ${literal(table)}, d._id, ${round} FROM ${qualified("raw", table)} AS d
     SEMI JOIN (${ids}) AS i ON i._id = d._id
     ANTI JOIN (SELECT _id FROM sample.kept WHERE ${name} = ${literal(table)}) AS k ON k._id = d._id`,
  );
}
