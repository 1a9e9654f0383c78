import { readFile } from "node:fs/promises";
import { z } from "zod";
import { transforms } from "../../transforms/index.js";
import { runPaths } from "../run/paths.js";
import type { Rehearsal } from "./rehearsal.js";
import { type Check, checked, type Figure, timed } from "./step.js";

/** What is read of a run's `report.json`. */
const runReport = z.object({
  snapshot: z.object({ rows: z.number(), bytes: z.number() }),
  stages: z.array(z.object({ name: z.string(), seconds: z.number(), rows: z.number() })),
  existing: z.array(z.object({ table: z.string(), equal: z.number(), different: z.number(), unmatched: z.number() })),
  ledger: z.record(z.string(), z.number()),
  accounting: z.array(z.object({ rows: z.number(), derived: z.number() })),
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.enum(["passed", "failed", "listed", "notApplicable"]),
      violations: z.number(),
    }),
  ),
  figures: z.array(z.object({ name: z.string(), value: z.number(), unit: z.string() })),
});

export type RunReport = z.infer<typeof runReport>;

/** A phase whose parts were left out would be filled by nothing. */
const withAllParts = [...new Set(transforms.flatMap(({ option }) => option ?? []))].flatMap((name) => ["--with", name]);

/** Runs `unnest run` on an export, and reads what it says. */
export async function runOn(
  { commands }: Pick<Rehearsal, "commands">,
  snapshot: string,
  out: string,
): Promise<{ readonly report: RunReport; readonly figures: Figure[]; readonly checks: Check[] }> {
  const ended = await commands.run(["run", snapshot, "--out", out, "--fresh", ...withAllParts], [0, 4]);
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
        report.checks.filter(({ status }) => status !== "notApplicable").length,
        failed.map(({ name, violations }) => `${name}: ${violations}`),
      ),
    ],
  };
}
