/** raw → normal and ledger: row rules in worker threads, set rules in DuckDB, then what rows cannot give back. */
import { entityMentions, rowTables } from "../../transforms/index.js";
import { qualified } from "../db/quote.js";
import { sqlFiles } from "../db/sqlFiles.js";
import { readFacts } from "../parts/facts.js";
import { planPasses, planRebuilds, type RebuildPass } from "../parts/passes.js";
import { mentionsRelation } from "../parts/relations.js";
import { withPartsPool } from "../parts/withPartsPool.js";
import { silentProgress } from "../run/progress.js";
import type { Stage, StageContext, StageOutcome } from "../stage.js";
import { writeAccounting } from "./accounting.js";
import { createRelations } from "./createRelations.js";
import { writeDocumentSizes } from "./documentSizes.js";
import { mapPasses } from "./mapPasses.js";
import { RebuildProof } from "./rebuildProof.js";
import { runSetRules } from "./setRules.js";

async function run(context: StageContext): Promise<StageOutcome> {
  const { database, model, options } = context;
  const passes = planPasses(options.with);
  const rebuilds = planRebuilds(model, options.with);
  const facts = await readFacts(database, model);
  const direct = await createRelations(context, passes);
  const [early = [], late = []] = [true, false].map((wanted) =>
    rebuilds.filter((pass) => isFinal(pass, direct) === wanted),
  );

  await withPartsPool(context, facts, "transform", async (pool, directory) => {
    const counts = await mapPasses(context, passes, direct, pool, directory);
    const proof = new RebuildProof(pool, directory);
    await besideEachOther(
      async () => {
        await runSetRules(context, facts.tableNumbers);
        await writeAccounting(
          context,
          counts.tallies,
          sqlFiles("model").map(({ name }) => name),
        );
        await writeDocumentSizes(context, counts.moved);
      },
      // Set rules are DuckDB's work, and most of it on one thread; the rebuild is the workers'.
      () => database.beside((other) => proof.decide({ ...context, database: other, progress: silentProgress }, early)),
    );
    await proof.decide(context, late);
    await proof.conclude(context, rebuilds);
  });
  await database.run("DROP SCHEMA staging CASCADE");
  return await outcomeOf(context);
}

/** Rows alone: nothing is accounted for or proved. What documents said about entities stays in `staging`. */
async function runForComparison(context: StageContext): Promise<StageOutcome> {
  const { database, model, options } = context;
  const passes = planPasses(options.with);
  const facts = await readFacts(database, model);
  const direct = await createRelations(context, passes);
  await withPartsPool(context, facts, "transform", async (pool, directory) => {
    await mapPasses(context, passes, direct, pool, directory);
    await runSetRules(context, facts.tableNumbers);
  });
  await dropAllButMentions(context);
  return await outcomeOf(context);
}

/** Are the rows which the pass reads those that mapping wrote, whatever the set rules do? */
function isFinal({ needsEntities, transforms }: RebuildPass, direct: ReadonlySet<string>): boolean {
  return (
    !needsEntities && transforms.every(({ transform }) => rowTables(transform).every((table) => direct.has(table)))
  );
}

/** Waits for both even when one fails, since they use what is closed behind them. */
async function besideEachOther(...works: readonly (() => Promise<void>)[]): Promise<void> {
  for (const result of await Promise.allSettled(works.map((work) => work())))
    if (result.status === "rejected") throw result.reason;
}

async function outcomeOf({ database, model }: StageContext): Promise<StageOutcome> {
  const counts = model.normalized.map(({ name }) => `(SELECT count(*) FROM normal."${name}")`);
  return {
    rows: await database.count(`SELECT ${counts.join(" + ")}`),
    bytes: await database.count("SELECT coalesce(sum(bytes), 0) FROM meta.tables WHERE in_model"),
  };
}

async function dropAllButMentions({ database }: StageContext): Promise<void> {
  const mentions = Object.keys(entityMentions).map(mentionsRelation);
  const tables = await database.rows<{ name: string }>(
    "SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = 'staging'",
  );
  for (const { name } of tables)
    if (!mentions.includes(`staging.${name}`)) await database.run(`DROP TABLE ${qualified("staging", name)}`);
}

export const transformStage: Stage = {
  name: "transform",
  title: "map documents to rows, apply the set rules, decide what the ledger keeps",
  reads: ["raw", "meta.tables", "meta.table_numbers", "meta.float_arrays", "meta.misfits"],
  writes: ["normal", "ledger", "staging", "meta.accounting", "meta.document_sizes", "meta.rebuild_offenders"],
  run,
};

/** As much of it as a comparison of rows needs. */
export const transformForComparison: Stage = {
  ...transformStage,
  title: "map documents to rows, apply the set rules",
  run: runForComparison,
};
