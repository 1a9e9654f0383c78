/** What parts workers wrote and counted, on its way into the database. */
import { rmSync } from "node:fs";
import { addTally, emptyTally } from "../../transforms/index.js";
import { ingest } from "../parts/ingest.js";
import type { MovedSizes, Tallies } from "../parts/mapDocuments.js";
import type { PartsAnswer } from "../parts/partsJob.js";
import { relationColumns } from "../parts/relations.js";
import type { StageContext } from "../stage.js";

/** What mapping counted. */
export interface MappingCounts {
  /** By `part element`. */
  readonly tallies: Tallies;
  /** By table. */
  readonly moved: Record<string, MovedSizes>;
}

export const emptyCounts = (): MappingCounts => ({ tallies: {}, moved: {} });

/**
 * Brings the files of answers into the database, and removes them; adds what was counted to `counts`.
 *
 * @param direct tables whose mapped rows are final: they go to `normal`, others wait in `staging`
 */
export async function ingestAnswers(
  { database, model }: StageContext,
  answers: readonly PartsAnswer[],
  direct: ReadonlySet<string>,
  counts: MappingCounts,
): Promise<void> {
  const files = new Map<string, string[]>();
  for (const answer of answers) {
    count(answer, counts);
    for (const [relation, file] of Object.entries(answer.files))
      files.set(relation, [...(files.get(relation) ?? []), file]);
  }
  for (const [relation, paths] of [...files].sort()) {
    const [schema = "", name = ""] = relation.split(".");
    const target = schema === "staging" && direct.has(name) ? "normal" : schema;
    await ingest(database, target, name, relationColumns(model, relation), paths);
    for (const path of paths) rmSync(path);
  }
}

function count({ tallies, moved }: PartsAnswer, counts: MappingCounts): void {
  for (const [key, tally] of Object.entries(tallies)) {
    counts.tallies[key] ??= emptyTally();
    addTally(counts.tallies[key], tally);
  }
  for (const [table, { documents, bytes }] of Object.entries(moved)) {
    const sum = counts.moved[table] ?? { documents: 0, bytes: 0 };
    counts.moved[table] = { documents: sum.documents + documents, bytes: sum.bytes + bytes };
  }
}
