import { UnnestError } from "../errors.js";
import type { EnvironmentFacts } from "../parts/environment.js";
import { readFacts } from "../parts/facts.js";
import { planRebuilds } from "../parts/passes.js";
import { offenderOf } from "../parts/rebuildDocuments.js";
import { runRebuild } from "../parts/runRebuild.js";
import { withPartsPool } from "../parts/withPartsPool.js";
import { inSqlFile } from "../run/inSqlFile.js";
import type { StageContext } from "../stage.js";
import { type CheckDefinition, checkDefinitions } from "./checkDefinition.js";
import { checkLimits } from "./checkLimits.js";
import { type CheckResult, type Found, Offenders, sampleSize } from "./checkResult.js";

/**
 * Runs the checks over a transformed run directory. Time grows with the tables, memory does not.
 *
 * @param options `rebuild`: "recorded" takes the result of the transform stage, which rebuilt every document after the last row was
 *   written; right only directly behind that stage
 * @param only names of the checks to run; all when left out. Throws UNKNOWN_CHECK for a name there is none of.
 */
export async function runChecks(
  context: StageContext,
  only?: readonly string[],
  { rebuild = "again" }: { readonly rebuild?: "again" | "recorded" } = {},
): Promise<readonly CheckResult[]> {
  const { database, model, options, progress, signal } = context;
  const facts = await readFacts(database, model);
  const all = checkDefinitions(model, facts.storageListed);
  const unknown = only?.find((name) => !all.some((check) => check.name === name));
  if (unknown !== undefined)
    throw new UnnestError("UNKNOWN_CHECK", `There is no check named ${unknown}.`, { check: unknown });
  const selected = all.filter(({ name }) => only === undefined || only.includes(name));
  const results: CheckResult[] = [];
  progress.start("checks", selected.length, "rows");
  for (const check of selected) {
    signal.throwIfAborted();
    const found = await offendersOf(context, facts, check, rebuild);
    const failing = check.severity === "error" || options.strict;
    const covered = await database.count(check.covers);
    const holds = covered === 0 ? "notApplicable" : "passed";
    const status = found.violations === 0 ? holds : failing ? "failed" : "listed";
    const { name, rule, remedy, severity } = check;
    results.push({ name, rule, remedy, status, severity, covered, ...found });
    progress.advance(1);
  }
  progress.finish();
  return results;
}

async function offendersOf(
  context: StageContext,
  facts: EnvironmentFacts,
  check: CheckDefinition,
  rebuild: "again" | "recorded",
): Promise<Found> {
  const { name, sql } = check;
  if (sql !== null) return inSqlFile("checks", name, () => queryOffenders(context, sql));
  if (check.name === "limits") return checkLimits(context);
  return rebuild === "recorded"
    ? queryOffenders(context, "SELECT * FROM meta.rebuild_offenders")
    : rebuildOffenders(context, facts);
}

async function queryOffenders({ database }: StageContext, sql: string): Promise<Found> {
  await database.run(`CREATE OR REPLACE TEMP TABLE offenders AS ${sql}`);
  const violations = await database.count("SELECT count(*) FROM offenders");
  if (violations === 0) return { violations, sample: [] };
  const sample = await database.rows<{ table: string; _id: string; detail: string }>(
    `SELECT "table", _id, detail FROM offenders ORDER BY ALL LIMIT ${sampleSize}`,
  );
  return { violations, sample };
}

async function rebuildOffenders(context: StageContext, facts: EnvironmentFacts): Promise<Found> {
  const offenders = new Offenders();
  await withPartsPool(context, facts, "check", (pool, directory) =>
    runRebuild(
      context,
      {
        pool,
        passes: planRebuilds(context.model, context.options.with),
        documents: "all",
        decide: false,
        directory,
      },
      ({ mismatches }) => {
        for (const mismatch of mismatches) offenders.add(offenderOf(mismatch));
      },
    ),
  );
  return offenders.found();
}
