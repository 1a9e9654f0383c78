import { fileNames } from "../run/paths.js";
import { readRecord, type StageRecord } from "../run/record.js";
import { writeFileWhole } from "../run/writeFileWhole.js";
import type { Stage } from "../stage.js";
import { buildReport } from "./buildReport.js";
import { pageOfRun } from "./page/pageOfRun.js";
import { readSizes } from "./readSizes.js";
import { writeFigures } from "./writeFigures.js";

const name = "report";

export const reportStage: Stage = {
  name,
  title: "write down what came in, what came out, what does not fit and what the checks found",
  reads: ["raw", "normal", "ledger", "meta", fileNames.record],
  writes: ["meta.figures", fileNames.report, fileNames.reportPage],
  afterFailedChecks: true,
  run: async (context) => {
    const { database, model, options, paths } = context;
    const started = performance.now();
    await writeFigures(context);
    const record = await readRecord(paths.record);
    const report = await buildReport(database, [], await readSizes(database, model));
    const rows =
      report.accounting.length + Object.keys(report.ledger).length + report.checks.length + report.figures.length;
    const own = (bytes: number): StageRecord => ({
      name,
      status: "done",
      rows,
      bytes,
      seconds: Math.round(performance.now() - started) / 1000,
      peakBytes: process.memoryUsage.rss(),
    });
    const stages = (record?.stages ?? []).filter((stage) => stage.name !== name);
    const bytes = Buffer.byteLength(JSON.stringify({ ...report, stages }));
    const whole = { ...report, stages: [...stages, own(bytes)] };
    await writeFileWhole(paths.report, `${JSON.stringify(whole, null, 2)}\n`);
    await writeFileWhole(paths.reportPage, await pageOfRun(database, model, whole, options.values === true));
    return { rows, bytes };
  },
};
