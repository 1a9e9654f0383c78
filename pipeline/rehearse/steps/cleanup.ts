import { z } from "zod";
import { drain } from "../drain.js";
import { forEachPhase } from "../forEachPhase.js";
import { noOldField } from "../noOldField.js";
import { noRows } from "../noRows.js";
import { usersWereServed } from "../oldDocuments.js";
import { playTraffic, startTraffic } from "../playTraffic.js";
import { figure, type Step, timed } from "../step.js";

/** What `cleanup --json` says. */
const walkEvent = z.object({
  walked: z.object({ visited: z.number(), counts: z.record(z.string(), z.number()), left: z.number() }).nullable(),
});

export const cleanup: Step = {
  name: "cleanup",
  title: "remove the old fields while users write by helpers",
  remedy: "`unnest cleanup <phase>` again goes on; it names the documents that it leaves.",
  run: async (rehearsal) => {
    const { commands, paths, target } = rehearsal;
    const writing = startTraffic(rehearsal, { name: "cleanup", manner: "helpers", stubborn: false }, 0.1);
    const ended = await forEachPhase(
      async (phase) => await commands.run(["cleanup", phase, "--yes", "--out", paths.run]),
    );
    await writing.ended;
    const written = await playTraffic(rehearsal, { name: "cleaned", manner: "helpers", stubborn: true }, 0.1);
    const { figures, check } = await drain(rehearsal);
    await target.export(paths.exported("cleaned"));
    const walks = ended.map(({ events }) => walkEvent.parse(events.get("cleanup")).walked);
    const counted = (name: string): number => walks.reduce((sum, walk) => sum + (walk?.counts[name] ?? 0), 0);
    return {
      figures: [
        ...written,
        ...figures,
        timed("seconds of cleanup, all phases", Math.max(...ended.map(({ seconds }) => seconds)), "seconds"),
        figure("parts that lost their old fields", counted("cleaned")),
        figure("old fields kept whole in the ledger", counted("originals")),
      ],
      checks: [
        check,
        await noOldField(paths.exported("cleaned")),
        await noRows("shadow comparison found no difference", paths.exported("cleaned"), ["unnestShadowDifferences"]),
        usersWereServed(rehearsal),
      ],
    };
  },
};
