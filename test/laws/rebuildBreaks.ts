/** Law 2 of spec 4 with another pair of eyes: what the stored rows give back is held against the snapshot, not against `raw`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../pipeline/db/database.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { copyStoredParts } from "../../pipeline/parts/copyStoredParts.js";
import { type Pass, planPasses } from "../../pipeline/parts/passes.js";
import { originalsOf, readStoredLines, storedPart } from "../../pipeline/parts/storedLine.js";
import { keptEntriesSql } from "../../pipeline/parts/storedPartsQuery.js";
import { rebuildPart } from "../../transforms/index.js";
import { type Fields, type HardRun, openReadOnly } from "./hardRun.js";
import { movedFieldText } from "./naiveValue.js";

const model = loadModel();

export async function rebuildBreaks(run: HardRun): Promise<string[]> {
  const database = await openReadOnly(run.database);
  try {
    const rebuilt = new Map<string, Fields>();
    for (const pass of planPasses(["memories"])) {
      for (const [id, fields] of await rebuildPass(database, pass)) rebuilt.set(id, { ...rebuilt.get(id), ...fields });
    }
    return fieldBreaks(run, rebuilt);
  } finally {
    database.close();
  }
}

/** The moved fields of every document that has moved fields or rows, by id. */
async function rebuildPass(database: Database, pass: Pass): Promise<Map<string, Fields>> {
  const rebuilt = new Map<string, Fields>();
  await database.run(keptEntriesSql(pass));
  const folder = await mkdtemp(join(tmpdir(), "unnest-rebuild-"));
  const everything = { after: null, upTo: null };
  const { files } = await copyStoredParts(database, model, pass, everything, "all", folder, "stored");
  for (const line of readStoredLines(files)) {
    for (const { transform } of pass.transforms) {
      const fields = rebuildPart(transform, storedPart(transform, line), originalsOf(line, transform.part));
      rebuilt.set(line.d._id, { ...rebuilt.get(line.d._id), ...fields });
    }
  }
  await rm(folder, { recursive: true });
  return rebuilt;
}

function fieldBreaks(run: HardRun, rebuilt: ReadonlyMap<string, Fields>): string[] {
  const breaks: string[] = [];
  for (const [id, { table, fields }] of run.documents) {
    for (const field of model.has(table) ? model.table(table).moved : []) {
      if (movedFieldText(field, fields[field]) !== movedFieldText(field, rebuilt.get(id)?.[field]))
        breaks.push(`${table} ${id} ${field}: comes back otherwise`);
    }
  }
  return breaks;
}
