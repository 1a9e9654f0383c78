/** The tables that mapping fills: which there are, and which of them hold final rows. */
import { entityMentions } from "../../transforms/index.js";
import type { Database } from "../db/database.js";
import { qualified } from "../db/quote.js";
import { createTableSql } from "../model/createTableSql.js";
import type { Pass } from "../parts/passes.js";
import {
  createRelationSql,
  entityReferences,
  ledgerRelation,
  mentionsRelation,
  misfitsRelation,
} from "../parts/relations.js";
import type { StageContext } from "../stage.js";

/**
 * Creates the empty tables.
 *
 * @returns the tables whose mapped rows go straight to `normal`: no id in them, and not their own, is settled only after the set rules
 */
export async function createRelations(context: StageContext, passes: readonly Pass[]): Promise<ReadonlySet<string>> {
  const { database, model } = context;
  const written = new Set(
    passes.flatMap(({ transforms }) => transforms.flatMap(({ transform }) => Object.keys(transform.writes))),
  );
  const direct = new Set<string>();
  for (const name of written) {
    const refers = entityReferences(model, model.table(name)).length > 0;
    if (!refers && !(await hasRows(database, name))) direct.add(name);
  }
  for (const schema of ["normal", "ledger", "staging"]) {
    await database.run(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}`);
  }
  for (const table of model.normalized) await database.run(createTableSql(table, "normal"));
  const staged = [...written].filter((name) => !direct.has(name)).map((name) => `staging.${name}`);
  for (const relation of [ledgerRelation, ...Object.keys(entityMentions).map(mentionsRelation), ...staged])
    await database.run(createRelationSql(model, relation));
  // Loading wrote the others; a run that goes on maps anew.
  await database.run(`DELETE FROM ${misfitsRelation} WHERE moved`);
  return direct;
}

/** Does the snapshot's own table of that name hold rows? */
export async function hasRows(database: Database, table: string): Promise<boolean> {
  return (await database.count(`SELECT count(*) FROM (SELECT 1 FROM ${qualified("raw", table)} LIMIT 1)`)) > 0;
}
