import { readFile } from "node:fs/promises";
import { z } from "zod";
import { runPaths } from "../../run/paths.js";
import type { Rehearsal } from "../rehearsal.js";
import { type Check, checked, detail, type Figure, figure, type Step, timed } from "../step.js";

/** What is read of a run's `report.json`. */
const runReport = z.object({
  snapshot: z.object({ rows: z.number(), bytes: z.number() }),
  stages: z.array(z.object({ name: z.string(), seconds: z.number(), rows: z.number() })),
  existing: z.array(z.object({ table: z.string(), equal: z.number(), different: z.number(), unmatched: z.number() })),
  ledger: z.record(z.string(), z.number()),
  accounting: z.array(z.object({ rows: z.number(), derived: z.number() })),
  checks: z.array(
    z.object({ name: z.string(), status: z.enum(["passed", "failed", "listed"]), violations: z.number() }),
  ),
  figures: z.array(z.object({ name: z.string(), value: z.number(), unit: z.string() })),
});

export type RunReport = z.infer<typeof runReport>;

/** Runs `unnest run` on an export, and reads what it says. */
export async function runOn(
  { commands }: Pick<Rehearsal, "commands">,
  snapshot: string,
  out: string,
): Promise<{ readonly report: RunReport; readonly figures: Figure[]; readonly checks: Check[] }> {
  const ended = await commands.run(["run", snapshot, "--out", out, "--fresh"], [0, 4]);
  const report = runReport.parse(JSON.parse(await readFile(runPaths(out).report, "utf8")));
  const failed = report.checks.filter(({ status }) => status === "failed");
  return {
    report,
    figures: [
      timed("seconds of the run", ended.seconds, "seconds"),
      ...(ended.peakBytes === null ? [] : [timed("peak memory of the run", ended.peakBytes, "bytes")]),
    ],
    checks: [
      checked(
        "the run's relational checks, accounting and rebuild proof",
        report.checks.length,
        failed.map(({ name, violations }) => `${name}: ${violations}`),
      ),
    ],
  };
}

export const exportFirst: Step = {
  name: "export",
  title: "export (T1)",
  remedy: "The export needs disk for the snapshot's size once more.",
  run: async ({ target, paths }) => {
    await target.export(paths.exported("first"));
    return { figures: [], checks: [] };
  },
};

export const runSnapshot: Step = {
  name: "run",
  title: "load, transform, check and package the export",
  remedy: "`unnest run` on the kept export shows the check that failed, with samples.",
  run: async (rehearsal) => {
    const { report, figures, checks } = await runOn(rehearsal, rehearsal.paths.exported("first"), rehearsal.paths.run);
    return {
      figures: [
        ...figures,
        ...report.figures.map(runFigure),
        ...Object.entries(report.ledger).map(([code, entries]) => detail(figure(`ledger: ${code}`, entries))),
      ],
      checks,
    };
  },
};

/** A run's figure as a rehearsal's; those of single tables are many. */
function runFigure({ name, value, unit }: RunReport["figures"][number]): Figure {
  const own = unit.startsWith("%")
    ? figure(name, value / 100, "share")
    : figure(name, value, unit.startsWith("bytes") ? "bytes" : "count");
  return name.includes(": ") ? detail(own) : own;
}
