/** Law 2 of spec 4 with another pair of eyes: what the stored rows give back is held against the snapshot, not against `raw`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value } from "convex/values";
import type { Database } from "../../pipeline/db/database.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { copyStoredParts } from "../../pipeline/parts/copyStoredParts.js";
import { type Pass, planPasses } from "../../pipeline/parts/passes.js";
import { originalsOf, readStoredLines, storedPart } from "../../pipeline/parts/storedLine.js";
import { keptEntriesSql } from "../../pipeline/parts/storedPartsQuery.js";
import { rebuildPart } from "../../transforms/index.js";
import { type Fields, type HardRun, type LedgerEntry, openReadOnly } from "./hardRun.js";
import { movedFieldText, valueAt, valueText } from "./naiveValue.js";

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
  const rejected = new Map<string, LedgerEntry[]>();
  for (const entry of run.entries) {
    if (entry.code !== "document_set_aside") continue;
    rejected.set(entry.documentId, [...(rejected.get(entry.documentId) ?? []), entry]);
  }
  const breaks: string[] = [];
  for (const [id, { table, fields }] of run.documents) {
    for (const field of model.has(table) ? model.table(table).moved : []) {
      const name = `${table} ${id} ${field}`;
      if (run.setAside.has(id)) {
        const entries = (rejected.get(id) ?? []).filter(
          ({ path }) => path === `/${field}` || path.startsWith(`/${field}/`),
        );
        if (!standsInLedger(fields, field, entries)) breaks.push(`${name}: set aside, but not in the ledger`);
      } else if (movedFieldText(field, fields[field]) !== movedFieldText(field, rebuilt.get(id)?.[field])) {
        breaks.push(`${name}: comes back otherwise`);
      }
    }
  }
  return breaks;
}

/** Of a document that is set aside, every leaf of a moved field is in an entry: put back at its path, they are the field. */
function standsInLedger(fields: Fields, field: string, entries: readonly LedgerEntry[]): boolean {
  const original = fields[field];
  // An empty object where an array belongs is one element all the same.
  if (movedFieldText(field, original) === "absent" && entries.length === 0) return true;
  const [whole] = entries;
  if (whole?.path === `/${field}`) return entries.length === 1 && valueText(whole.value) === valueText(original);
  const covered = entries.every(({ path, value }) => valueText(valueAt(fields as Value, path)) === valueText(value));
  const leaves = new Set(entries.map(({ path }) => path));
  return covered && isCovered(original, `/${field}`, leaves);
}

/** Whether the value, or each value in it, is at one of the paths. */
function isCovered(value: Value | undefined, path: string, leaves: ReadonlySet<string>): boolean {
  if (leaves.has(path)) return true;
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return false;
  const key = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");
  return Object.entries(value).every(([name, inner]) => isCovered(inner, `${path}/${key(name)}`, leaves));
}
