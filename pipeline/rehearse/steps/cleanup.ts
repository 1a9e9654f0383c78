import { z } from "zod";
import { openArchive } from "../../convexFormat/archive.js";
import { decodeValue } from "../../convexFormat/decodeValue.js";
import { lines } from "../../convexFormat/lines.js";
import { drain } from "../drain.js";
import { forEachPhase } from "../forEachPhase.js";
import { noRows } from "../noRows.js";
import { mappedTables, movedFields, oldDocumentsStand, usersWereServed } from "../oldDocuments.js";
import { playTraffic, startTraffic } from "../playTraffic.js";
import { type Check, checked, figure, type Step, timed } from "../step.js";

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
        await noRows("shadow comparison found no difference", paths.exported("cleaned"), ["shadowDifferences"]),
        usersWereServed(rehearsal),
      ],
    };
  },
};

/** No document holds a moved field any more. */
async function noOldField(path: string): Promise<Check> {
  const archive = await openArchive(path);
  try {
    const findings: string[] = [];
    let looked = 0;
    for (const table of archive.tables.filter(({ name }) => mappedTables.has(name))) {
      for await (const { bytes } of lines(await table.open())) {
        looked += 1;
        const document = decodeValue(bytes.toString("utf8")) as Readonly<Record<string, unknown>>;
        const standing = Object.keys(document).filter((field) => movedFields.has(`${table.name}.${field}`));
        if (standing.length > 0) findings.push(`${table.name} ${document._id}: ${standing.join(", ")}`);
      }
    }
    return checked("no old field stands after cleanup", looked, findings);
  } finally {
    await archive.close();
  }
}

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
