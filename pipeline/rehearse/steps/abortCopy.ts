import { forEachPhase } from "../forEachPhase.js";
import { noRows } from "../noRows.js";
import { newTables, oldDocumentsStand } from "../oldDocuments.js";
import type { Step } from "../step.js";

/** What stays of an aborted migration: that it was there. Switches keep their epochs, so that nothing late is taken for something new. */
const lasting: readonly string[] = ["unnestMigrations", "unnestSwitches", "unnestOldFieldWrites"];

const emptied = newTables.filter((table) => !lasting.includes(table));

export const abortCopy: Step = {
  name: "abort",
  title: "abort all phases on a copy of the deployment",
  remedy: "`unnest abort` on the kept export's copy shows what stays.",
  skipped: ({ target }) => (target.kind === "embedded" ? null : "a real deployment has no copy to abort on"),
  run: async (rehearsal) => {
    const { target, paths, commands } = rehearsal;
    await target.export(paths.exported("copied"));
    const copy = await target.copy(paths.exported("copied"));
    if (copy === null) return { figures: [], checks: [] };
    try {
      const there = commands.against(copy);
      await forEachPhase(async (phase) => await there.run(["abort", phase, "--yes", "--out", paths.run]));
      await copy.export(paths.exported("aborted"));
      return {
        figures: [],
        checks: [
          await oldDocumentsStand(rehearsal, "aborted"),
          await noRows("no new row is left after an abort", paths.exported("aborted"), emptied),
        ],
      };
    } finally {
      await copy.close();
    }
  },
};
