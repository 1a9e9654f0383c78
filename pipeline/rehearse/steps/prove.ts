import { transforms } from "../../../transforms/index.js";
import { runOn } from "../runOn.js";
import { type Check, checked, figure, type Step } from "../step.js";
import { deltaOf } from "./delta.js";

export const prove: Step = {
  name: "prove",
  title: "run the last export through the pipeline: its rows have to be those its documents give",
  remedy: "`unnest run` on the kept export lists the rows that differ; `unnest delta` names their parts.",
  run: async (rehearsal) => {
    const { paths } = rehearsal;
    const { report, figures, checks } = await runOn(rehearsal, paths.exported("rebuilt"), paths.proof);
    // Entities and sums outlive what they came from: an unused tag stays, a time stays where it was widened to (spec 5). A delta knows.
    const [rows, others] = [true, false].map((ofParts) =>
      report.existing.filter(({ table }) => partTables.has(table) === ofParts),
    );
    const { drifted } = await deltaOf(rehearsal, paths.exported("rebuilt"));
    return {
      figures: [
        ...figures,
        figure(
          "rows at the end",
          total(report.existing, ({ equal }) => equal),
        ),
        figure("entities and sums at the end that outlive a document", total(others, differing)),
      ],
      checks: [
        ...checks,
        theRowsOfTheMapping(rows ?? []),
        checked(
          "no part, entity or aggregate has drifted at the end",
          total(report.existing, ({ equal }) => equal),
          drifted,
        ),
      ],
    };
  },
};

/** Tables whose rows one part writes, each of them. */
const partTables = new Set(transforms.flatMap(({ writes }) => Object.keys(writes)));

type Lines = Awaited<ReturnType<typeof runOn>>["report"]["existing"];

function theRowsOfTheMapping(lines: Lines): Check {
  return {
    name: "the deployment's rows are those of the mapping",
    looked: total(lines, (line) => line.equal + differing(line)),
    failed: total(lines, differing),
    findings: lines
      .filter((line) => differing(line) > 0)
      .map(({ table, different, unmatched }) => `${table}: ${different} differ, ${unmatched} too many`),
  };
}

function differing({ different, unmatched }: Lines[number]): number {
  return different + unmatched;
}

function total(lines: Lines | undefined, of: (line: Lines[number]) => number): number {
  return (lines ?? []).reduce((sum, line) => sum + of(line), 0);
}
