/**
 * A later snapshot's new tables against its own documents (spec 6): the parts whose rows are not what the documents give, the entities
 * that are there twice, and the aggregates that are not their recounts. All of it is true of one moment, that of the export.
 */
import { transforms } from "../../transforms/index.js";
import { planCorrections } from "../batches/corrections.js";
import { isProving, snapshotPhases } from "../batches/snapshotPhases.js";
import { writeFileWhole } from "../run/writeFileWhole.js";
import type { Stage, StageContext, StageOutcome } from "../stage.js";
import { compareEntities } from "./compareEntities.js";
import { compareRows } from "./compareRows.js";
import { startDrift, writeDrift } from "./foundDrift.js";
import { summarize } from "./summarize.js";

async function run(context: StageContext): Promise<StageOutcome> {
  const { database, model, options, paths, progress, signal } = context;
  const phases = await snapshotPhases(database, options.with);
  await database.run("CREATE SCHEMA IF NOT EXISTS delta");
  const followed = new Set<string>(phases.filter(isProving).map(({ phase }) => phase));
  const compared = transforms.filter(
    ({ phase, option }) => followed.has(phase) && (option === undefined || options.with.includes(option)),
  );
  await startDrift(database);
  progress.start("compare", compared.length, "rows");
  for (const transform of compared) {
    for (const [name, parent] of Object.entries(transform.writes)) {
      signal.throwIfAborted();
      await compareRows(context, transform, model.table(name), parent);
    }
    progress.advance(1);
  }
  await compareEntities(context, compared);
  const waiting = await writeDrift(database);
  const corrections = await planCorrections(database, phases.filter(isProving));
  const report = await summarize(context, { phases, waiting, corrections });
  await writeFileWhole(paths.delta, `${JSON.stringify(report, null, 2)}\n`);
  return { rows: report.phases.reduce((sum, phase) => sum + phase.rows, 0), bytes: 0 };
}

export const deltaStage: Stage = {
  name: "delta",
  title: "compare the new tables with what the documents give",
  reads: ["raw", "normal", "staging"],
  writes: ["delta", "plan", "delta.json"],
  run,
};
