import { z } from "zod";
import { type Figure, type FigureUnit, figure, timed } from "./step.js";

const amounts = z.looseObject({
  rows: z.number(),
  calls: z.number(),
  writeBytes: z.number(),
  argumentBytes: z.number(),
  seconds: z.number(),
});

/** What is read of an import's `import.json`. */
const importReport = z.object({
  partsLeftOut: z.number(),
  forecast: amounts.extend({ bytesRead: z.number(), bytesWritten: z.number() }),
  reality: amounts.extend({
    retries: z.number(),
    splits: z.number(),
    outcomes: z.record(z.string(), z.number()),
    touches: z.number(),
  }),
});

const compared: readonly (readonly [name: keyof z.infer<typeof amounts>, says: string, unit: FigureUnit])[] = [
  ["calls", "calls", "count"],
  ["rows", "rows", "count"],
  ["argumentBytes", "bytes of arguments", "bytes"],
  ["writeBytes", "bytes of log and index entries", "bytes"],
  ["seconds", "seconds of sending", "seconds"],
];

/** What an import foresaw and what it did, side by side. */
export function importFigures(report: unknown): Figure[] {
  const { partsLeftOut, forecast, reality } = importReport.parse(report);
  return [
    figure("parts whose rows dual-write had made", partsLeftOut),
    ...compared.flatMap(([name, says, unit]) => [
      figure(`${says}, forecast`, Number(forecast[name]), unit),
      timed(`${says}, in reality`, Number(reality[name]), unit),
    ]),
    figure("bytes of documents read, forecast", forecast.bytesRead, "bytes"),
    figure("bytes of documents written, forecast", forecast.bytesWritten, "bytes"),
    timed("rows imported a second", reality.seconds === 0 ? 0 : reality.rows / reality.seconds, "perSecond"),
    timed("calls repeated", reality.retries),
    timed("batches split", reality.splits),
    ...Object.entries(reality.outcomes).map(([outcome, parts]) => timed(`parts ${outcome}`, parts)),
  ];
}
