import { z } from "zod";
import { usersWereServed } from "../oldDocuments.js";
import type { Rehearsal } from "../rehearsal.js";
import { checked, type Figure, figure, type Step, timed } from "../step.js";

/** What `delta --json` says. */
const deltaEvent = z.object({
  delta: z.object({
    driftFree: z.boolean(),
    parts: z.array(z.object({ part: z.string(), reason: z.string(), parts: z.number() })),
    duplicates: z.array(z.object({ table: z.string(), keys: z.number() })),
    corrections: z.array(z.object({ kind: z.string(), keys: z.number() })),
  }),
});

type Delta = z.infer<typeof deltaEvent>["delta"];

/** Writes past the wrapper are found by the first; a second one finds what came of repairing, and a third one nothing. */
const mostRounds = 4;

export const delta: Step = {
  name: "delta",
  title: "export, compare, repair, until nothing differs",
  remedy: "`unnest delta` with the kept export names the parts that go on differing.",
  run: async (rehearsal) => {
    const figures: Figure[] = [];
    let rounds = 0;
    let isFree = false;
    while (!isFree && rounds < mostRounds) {
      rounds += 1;
      const found = await deltaRound(rehearsal, rounds);
      isFree = found.driftFree;
      if (rounds === 1) figures.push(...foundFigures(found));
    }
    figures.push(timed("rounds of delta until it was empty", rounds));
    return {
      figures,
      checks: [
        checked("a delta is empty", rounds, isFree ? [] : [`after ${rounds} rounds there is drift`]),
        usersWereServed(rehearsal),
      ],
    };
  },
};

/** Compares an export's new tables with its documents, and repairs nothing. */
export async function deltaOf(
  { commands, paths }: Rehearsal,
  exported: string,
): Promise<{ readonly found: Delta; readonly drifted: readonly string[] }> {
  const { events } = await commands.run(["delta", exported, "--out", paths.run], [0, 4]);
  const found = deltaEvent.parse(events.get("delta")).delta;
  const drifted = [
    ...found.parts.map(({ part, reason, parts }) => `${part}: ${parts} ${reason}`),
    ...found.duplicates.map(({ table, keys }) => `${table}: ${keys} twice`),
    ...found.corrections.map(({ kind, keys }) => `${kind}: ${keys} aggregates differ`),
  ];
  return { found, drifted };
}

async function deltaRound(rehearsal: Rehearsal, round: number): Promise<Delta> {
  const { target, commands, paths } = rehearsal;
  const exported = paths.exported(`delta-${round}`);
  await target.export(exported);
  const { found } = await deltaOf(rehearsal, exported);
  // An empty one is applied, too: it tells the phases that they are free of drift.
  await commands.run(["import", "--delta", "--out", paths.run]);
  return found;
}

function foundFigures({ parts, duplicates, corrections }: Delta): Figure[] {
  const byReason = new Map<string, number>();
  for (const { reason, parts: count } of parts) byReason.set(reason, (byReason.get(reason) ?? 0) + count);
  const keys = (all: readonly { readonly keys: number }[]): number => all.reduce((sum, one) => sum + one.keys, 0);
  return [
    ...["missing", "stale", "orphan", "duplicate"].map((reason) =>
      timed(`drift: parts ${reason}`, byReason.get(reason) ?? 0),
    ),
    figure("drift: entities twice", keys(duplicates)),
    timed("drift: aggregates corrected", keys(corrections)),
  ];
}
