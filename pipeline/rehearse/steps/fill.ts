import { openArchive } from "../../convexFormat/archive.js";
import { lines } from "../../convexFormat/lines.js";
import { mappedTables, oldTables } from "../oldDocuments.js";
import { checked, figure, type Step } from "../step.js";

export const fill: Step = {
  name: "fill",
  title: "fill the deployment with the snapshot, under its own ids",
  remedy: "The deployment has to be empty and of the transitional schema; the message says which document it refused.",
  run: async (rehearsal) => {
    const { target, paths, options } = rehearsal;
    const figures = await target.fill(options.snapshot);
    await target.export(paths.exported("filled"));
    const counts = await documentsOf(paths.exported("filled"));
    const sum = (names: (name: string) => boolean): number =>
      [...counts].reduce((total, [name, count]) => total + (names(name) ? count : 0), 0);
    rehearsal.documents = sum((name) => mappedTables.has(name));
    const held = sum((name) => oldTables.includes(name));
    return {
      figures: [
        ...figures,
        figure("documents in the snapshot", held),
        figure("documents with parts", rehearsal.documents),
      ],
      checks: [
        checked("the deployment holds documents with parts", held, rehearsal.documents > 0 ? [] : ["none is there"]),
      ],
    };
  },
};

/** Documents by table. */
async function documentsOf(path: string): Promise<Map<string, number>> {
  const archive = await openArchive(path);
  try {
    const counts = new Map<string, number>();
    for (const table of archive.tables) {
      let count = 0;
      for await (const _ of lines(await table.open())) count += 1;
      if (table.component === "") counts.set(table.name, count);
    }
    return counts;
  } finally {
    await archive.close();
  }
}
