/** Proves the transformed tables: every check of spec 4, with its offenders. */
import { literal } from "../db/quote.js";
import type { Stage, StageContext, StageOutcome } from "../stage.js";
import { checksFailed } from "./checksFailed.js";
import { runChecks } from "./runChecks.js";

async function run(context: StageContext): Promise<StageOutcome> {
  const { database } = context;
  const results = await runChecks(context, undefined, { rebuild: "recorded" });
  await database.run(
    "CREATE OR REPLACE TABLE meta.checks (name VARCHAR, rule VARCHAR, remedy VARCHAR, status VARCHAR, severity VARCHAR, covered BIGINT, violations BIGINT, sample JSON)",
  );
  for (const { name, rule, remedy, status, severity, covered, violations, sample } of results) {
    await database.run(
      `INSERT INTO meta.checks VALUES (${[name, rule, remedy, status, severity, covered, violations, JSON.stringify(sample)].map(literal).join(", ")})`,
    );
  }
  // What breaks a rule is not packaged; the report still says what was found.
  const failure = checksFailed(results.filter(({ status }) => status === "failed"));
  if (failure !== null) throw failure;
  return { rows: results.reduce((sum, { violations }) => sum + violations, 0), bytes: 0 };
}

export const checkStage: Stage = {
  name: "check",
  title: "prove the rows: keys, references, limits, accounting, recounts, rebuilt documents",
  reads: ["raw", "normal", "ledger", "meta.accounting", "meta.misfits", "meta.repeated_keys"],
  writes: ["meta.checks"],
  run,
};
