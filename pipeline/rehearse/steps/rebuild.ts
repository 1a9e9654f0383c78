import { drain } from "../drain.js";
import { forEachPhase } from "../forEachPhase.js";
import { oldDocumentsStand, usersWereServed } from "../oldDocuments.js";
import { startTraffic } from "../playTraffic.js";
import { type Step, timed } from "../step.js";

export const rebuild: Step = {
  name: "rebuild",
  title: "give the old fields back, with the edits since",
  remedy: "`unnest rebuild <phase>` again goes on; it names the documents that it leaves.",
  run: async (rehearsal) => {
    const { commands, paths, target } = rehearsal;
    const writing = startTraffic(rehearsal, { name: "rebuild", manner: "helpers", stubborn: false }, 0.1);
    const ended = await forEachPhase(
      async (phase) => await commands.run(["rebuild", phase, "--yes", "--out", paths.run]),
    );
    await writing.ended;
    const { figures, check } = await drain(rehearsal);
    await target.export(paths.exported("rebuilt"));
    return {
      figures: [
        ...figures,
        timed("seconds of rebuild, all phases", Math.max(...ended.map(({ seconds }) => seconds)), "seconds"),
      ],
      checks: [check, await oldDocumentsStand(rehearsal, "rebuilt"), usersWereServed(rehearsal)],
    };
  },
};
