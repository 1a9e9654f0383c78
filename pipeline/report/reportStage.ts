import { fileNames } from "../run/paths.js";
import { readRecord, type StageRecord } from "../run/record.js";
import { writeFileWhole } from "../run/writeFileWhole.js";
import type { Stage } from "../stage.js";
import { buildReport } from "./buildReport.js";
import { writeFigures } from "./writeFigures.js";

const name = "report";

export const reportStage: Stage = {
  name,
  title: "write down what came in, what came out, what was set aside and what the checks found",
  reads: ["raw", "normal", "ledger", "meta", fileNames.record],
  writes: ["meta.figures", fileNames.report],
  afterFailedChecks: true,
  run: async (context) => {
    const { database, paths } = context;
    const started = performance.now();
    await writeFigures(context);
    const record = await readRecord(paths.record);
    const report = await buildReport(database, []);
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
    await writeFileWhole(paths.report, `${JSON.stringify({ ...report, stages: [...stages, own(bytes)] }, null, 2)}\n`);
    return { rows, bytes };
  },
};
