import { type RunReport, runOn } from "../runOn.js";
import { detail, type Figure, figure, type Step, timed } from "../step.js";

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

/** A run's figure as a rehearsal's; those of single tables are many. JSON's length depends on how many digits times have. */
function runFigure({ name, value, unit }: RunReport["figures"][number]): Figure {
  const isShare = unit.startsWith("%");
  const isBytes = unit.startsWith("bytes");
  const told = isBytes || name.includes("JSON") ? timed : figure;
  const own = told(name, isShare ? value / 100 : value, isShare ? "share" : isBytes ? "bytes" : "count");
  return name.includes(": ") ? detail(own) : own;
}
