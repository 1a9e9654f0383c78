/** raw → normal and ledger: row rules in worker threads, set rules in DuckDB, then what rows cannot give back. */
import { entityMentions } from "../../transforms/index.js";
import { sqlFiles } from "../db/sqlFiles.js";
import { readFacts } from "../parts/facts.js";
import { planPasses } from "../parts/passes.js";
import { ledgerRelation, mentionsRelation } from "../parts/relations.js";
import { withPartsPool } from "../parts/withPartsPool.js";
import type { Stage, StageContext, StageOutcome } from "../stage.js";
import { writeAccounting } from "./accounting.js";
import { writeDocumentSizes } from "./documentSizes.js";
import { createRelations, isDirect, mapPasses } from "./mapPasses.js";
import { proveRebuild } from "./proveRebuild.js";
import { runSetRules } from "./setRules.js";

async function run(context: StageContext): Promise<StageOutcome> {
  const { database, model, options } = context;
  const passes = planPasses(options.with);
  const facts = await readFacts(database, model);
  const written = new Set(
    passes.flatMap((pass) => pass.transforms.flatMap(({ transform }) => Object.keys(transform.writes))),
  );
  const staged: string[] = [];
  for (const table of written) if (!(await isDirect(context, model.table(table)))) staged.push(`staging.${table}`);
  await createRelations(context, [ledgerRelation, ...Object.keys(entityMentions).map(mentionsRelation), ...staged]);

  await withPartsPool(context, facts, "transform", async (pool, directory) => {
    const counts = await mapPasses(context, passes, pool, directory);
    await runSetRules(context, facts.tableNumbers);
    await proveRebuild(context, passes, pool, counts, directory);
    await writeAccounting(
      context,
      counts.tallies,
      sqlFiles("model").map(({ name }) => name),
    );
    await writeDocumentSizes(context, counts.moved);
  });
  await database.run("DROP SCHEMA staging CASCADE");
  const rows = await countRows(context);
  return { rows, bytes: await database.count("SELECT coalesce(sum(bytes), 0) FROM meta.tables WHERE in_model") };
}

async function countRows({ database, model }: StageContext): Promise<number> {
  const counts = model.normalized.map(({ name }) => `(SELECT count(*) FROM normal."${name}")`);
  return database.count(`SELECT ${counts.join(" + ")}`);
}

export const transformStage: Stage = {
  name: "transform",
  title: "map documents to rows, apply the set rules, decide what the ledger keeps",
  reads: ["raw", "legacy", "meta.tables", "meta.table_numbers", "meta.float_arrays"],
  writes: ["normal", "ledger", "staging", "meta.accounting", "meta.document_sizes", "meta.rebuild_offenders"],
  run,
};
