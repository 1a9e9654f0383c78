import type { Command } from "commander";
import { z } from "zod";
import { listChecks } from "../check/checkDefinition.js";
import { type CheckResult, statusWords } from "../check/checkResult.js";
import { checksFailed } from "../check/checksFailed.js";
import { runChecks } from "../check/runChecks.js";
import { loadModel } from "../model/loadModel.js";
import { withRun } from "../run/openRun.js";
import type { Paint } from "../terminal/paint.js";
import { jsonLine, printableWithin } from "../terminal/printable.js";
import { formatCount } from "../terminal/quantities.js";
import { renderTable } from "../terminal/table.js";
import type { Edge, Outcome, Settle } from "./edge.js";
import * as options from "./options.js";

const flags = z.object({
  list: z.boolean().default(false),
  only: z.array(z.string()).optional(),
  strict: z.boolean().default(false),
});

/** `unnest check`: the relational checks again, on a finished run. */
export function addCheck(program: Command, edge: Edge, settle: Settle): void {
  const command = program
    .command("check")
    .summary("run the relational checks again")
    .description("Each check is a query that returns the rows which break its rule.")
    .option("--list", "show the checks instead: name, severity, rule")
    .option("--only <name>", "run only this check; may be repeated", (name, all: string[] = []) => [...all, name])
    .option("--strict", "let findings about the snapshot fail as well");
  options.addShowOptions(options.addResourceOptions(options.addDirectoryOption(command)));
  command.action(async (given: unknown) => {
    const { list, ...how } = options.parseOptions(flags, given);
    settle(list ? showList(given, edge) : await check(given, how, edge));
  });
}

function showList(given: unknown, edge: Edge): Outcome {
  const show = options.parseOptions(options.showOptions, given);
  const checks = listChecks(loadModel()).map(({ name, severity, rule, why, remedy }) => ({
    name,
    severity,
    rule,
    why,
    remedy,
  }));
  if (show.json) return { output: checks.map((check) => `${jsonLine(check)}\n`).join(""), failure: null };
  const table = renderTable(
    [{ head: "check", wrapAt: 36 }, { head: "severity" }, { head: "rule", wrapAt: 50 }],
    checks.map(({ name, severity, rule }) => [name, severity, rule]),
    edge.paint(show),
  );
  return { output: `${table}\n`, failure: null };
}

async function check(
  given: unknown,
  how: { only?: string[] | undefined; strict: boolean },
  edge: Edge,
): Promise<Outcome> {
  const { out } = options.parseOptions(options.directoryOption, given);
  const show = options.parseOptions(options.showOptions, given);
  const resources = options.parseOptions(options.resourceOptions, given);
  const { progress } = edge.screen({ ...show, quiet: show.quiet || show.json });
  const results = await withRun(
    { root: options.absolute(out), stage: "transform", scratch: true, ...resources },
    ({ paths, record, database }) =>
      runChecks(
        {
          paths,
          database,
          progress,
          signal: edge.signal,
          model: loadModel(),
          options: {
            snapshot: record.snapshot.name,
            ...resources,
            strict: how.strict || record.options.strict,
            with: record.options.with,
          },
        },
        how.only,
      ),
  );
  const failed = results.filter(({ status }) => status === "failed");
  const output = show.json
    ? results.map((result) => `${jsonLine(result)}\n`).join("")
    : show.quiet
      ? ""
      : renderChecks(results, edge.paint(show));
  return { output, failure: checksFailed(failed) };
}

function renderChecks(results: readonly CheckResult[], paint: Paint): string {
  const colors = { passed: "green", notApplicable: "dim", listed: "yellow", failed: "red" } as const;
  const table = renderTable(
    [
      { head: "check" },
      { head: "status" },
      { head: "looked at", align: "right" },
      { head: "offenders", align: "right" },
    ],
    results.map(({ name, status, covered, violations }) => [
      printableWithin(name, 70),
      paint(colors[status], statusWords[status]),
      formatCount(covered),
      formatCount(violations),
    ]),
    paint,
  );
  const samples = results
    .filter(({ sample }) => sample.length > 0)
    .map(({ name, violations, sample }) => {
      const lines = sample.map(({ table, _id, detail }) => `  ${printableWithin(`${table} ${_id} ${detail}`, 98)}\n`);
      return `\n${paint("bold", printableWithin(name, 70))}, ${sample.length} of ${formatCount(violations)}\n${lines.join("")}`;
    });
  return `${table}\n${samples.join("")}`;
}
