import { type Check, checked, figure, type Step } from "../step.js";
import { runOn } from "./runSnapshot.js";

/** Ledger codes of what the deployment is to have put right by itself. */
const putRight = ["message_count_drift"] as const;

export const prove: Step = {
  name: "prove",
  title: "run the last export through the pipeline: its rows have to be its documents' own",
  remedy: "`unnest run` on the kept export lists the rows that differ; `unnest delta` names their parts.",
  run: async (rehearsal) => {
    const { paths } = rehearsal;
    const { report, figures, checks } = await runOn(rehearsal, paths.exported("rebuilt"), paths.proof);
    const sum = (of: (line: (typeof report.existing)[number]) => number): number =>
      report.existing.reduce((total, line) => total + of(line), 0);
    const wrong = report.existing.filter(({ different, unmatched }) => different + unmatched > 0);
    const mapped = report.accounting.reduce((total, { rows, derived }) => total + rows + derived, 0);
    const rows: Check = {
      name: "the deployment's rows are those of the mapping",
      looked: sum(({ equal }) => equal),
      failed: sum(({ different, unmatched }) => different + unmatched),
      findings: wrong.map(({ table, different, unmatched }) => `${table}: ${different} differ, ${unmatched} too many`),
    };
    const drifted = putRight.filter((code) => (report.ledger[code] ?? 0) > 0);
    return {
      figures: [
        ...figures,
        figure(
          "rows at the end",
          sum(({ equal }) => equal),
        ),
        figure("rows of the mapping at the end", mapped),
      ],
      checks: [
        ...checks,
        rows,
        checked(
          "every message count is the number of messages",
          rows.looked,
          drifted.map((code) => `${code}: ${report.ledger[code]}`),
        ),
      ],
    };
  },
};
