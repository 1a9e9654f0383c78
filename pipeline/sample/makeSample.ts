import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type WrittenTable, writeArchive } from "../convexFormat/archiveWriter.js";
import { literal } from "../db/quote.js";
import { readFacts } from "../parts/facts.js";
import type { StageContext } from "../stage.js";
import { type Choice, chooseDocuments } from "./chooseDocuments.js";
import { documentLines } from "./documentLines.js";
import { DocumentRewriter, type RewriteOptions } from "./documentRewriter.js";
import { keptFiles, withArchive } from "./storedFiles.js";

export interface SampleRequest extends Choice, RewriteOptions {
  /** Where the ZIP goes. */
  readonly path: string;
}

export interface Sample {
  /** Users chosen: fewer than asked for where there are fewer. */
  readonly users: number;
  readonly tables: readonly { readonly table: string; readonly kept: number; readonly of: number }[];
  /** Tables of the archive that the model does not describe, and those of components: what they hold of whom is not known. */
  readonly leftOut: readonly string[];
  readonly documents: number;
  /** Uploaded files that came along. */
  readonly files: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes a smaller snapshot of a loaded one: closed under references, in the format of an export, the same bytes for the same request.
 * Needs the stage `load` alone.
 */
export async function makeSample(context: StageContext, request: SampleRequest): Promise<Sample> {
  const { database, model, progress } = context;
  const users = await chooseDocuments(context, request);
  const { tableNumbers } = await readFacts(database, model);
  const rewriter = new DocumentRewriter(model, new Set(Object.values(tableNumbers)), request);
  await nameIds(context, rewriter);
  const listed = await database.rows<{
    name: string;
    component: string;
    number: string | null;
    rows: string;
    kept: string;
  }>(
    `SELECT t.name, t.component, t.number, t.rows, (SELECT count(*) FROM sample.kept AS k WHERE k."table" = t.name AND t.component = '') AS kept
     FROM meta.tables AS t`,
  );
  const held = listed.filter(({ name, component }) => component === "" && (model.has(name) || name === "_storage"));
  const documents = held.reduce((sum, { kept }) => sum + Number(kept), 0);
  progress.start("write documents", documents, "rows");
  const tables = held.map(
    ({ name }): WrittenTable => ({
      name,
      tableNumber: tableNumbers[name] ?? 0,
      lines: documentLines(context, name, model.has(name) ? model.table(name).columns : [], rewriter),
    }),
  );
  // A picture or a recording says more of a person than any text.
  const { files, ...written } = await withArchive(context.options.snapshot, async (archive) => {
    const kept = request.anonymize ? [] : await keptFiles(context, archive);
    return { files: kept.length, ...(await writeArchive(request.path, tables, kept)) };
  });
  progress.finish();
  return {
    users,
    tables: held.map(({ name, kept, rows }) => ({ table: name, kept: Number(kept), of: Number(rows) })),
    leftOut: listed
      .filter((table) => !held.includes(table))
      .map(({ name, component }) => (component === "" ? name : `${component}/${name}`)),
    documents,
    files,
    ...written,
  };
}

/** Writes `sample.ids("table", _id, sampleId)`: lines stand in the order of the ids that they carry. */
async function nameIds({ database, paths }: StageContext, rewriter: DocumentRewriter): Promise<void> {
  mkdirSync(paths.spool, { recursive: true, mode: 0o700 });
  const file = join(paths.spool, "sampleIds.jsonl");
  const descriptor = openSync(file, "w", 0o600);
  try {
    for await (const [tables = [], ids = []] of database.columns(`SELECT "table", _id FROM sample.kept`)) {
      const lines = ids.map(
        (id, at) => `${JSON.stringify({ table: tables[at], _id: id, sampleId: rewriter.id(id ?? "") })}\n`,
      );
      writeFileSync(descriptor, lines.join(""));
    }
  } finally {
    closeSync(descriptor);
  }
  const columns = `columns = {"table": 'VARCHAR', _id: 'VARCHAR', sampleId: 'VARCHAR'}`;
  await database.run(
    `CREATE OR REPLACE TABLE sample.ids AS SELECT * FROM read_json(${literal(file)}, format = 'newline_delimited', ${columns})`,
  );
  rmSync(file);
}
