/** One table's lines through the load stage's fast path, and through the exact reader beside it. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value } from "convex/values";
import { openArchive } from "../../pipeline/convexFormat/archive.js";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { diagnoseDocuments } from "../../pipeline/convexFormat/diagnoseDocuments.js";
import { decodeLine } from "../../pipeline/convexFormat/encoding.js";
import { lines } from "../../pipeline/convexFormat/lines.js";
import { Database } from "../../pipeline/db/database.js";
import { type ErrorCode, UnnestError } from "../../pipeline/errors.js";
import { checkIds } from "../../pipeline/load/checkIds.js";
import { ingestTable } from "../../pipeline/load/ingestTable.js";
import { LineSpool } from "../../pipeline/load/lineSpool.js";
import { createRawTable, planRawTables, type RawTable } from "../../pipeline/load/rawTable.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { fieldJson, objectJson } from "../../pipeline/model/rawColumns.js";

const model = loadModel();

export interface Table {
  readonly name: string;
  readonly number: number;
  /** Text of generated_schema.jsonl; null for none. */
  readonly generatedSchema: string | null;
}

export interface Reading {
  /** Whether DuckDB and the checks behind it took the table. */
  readonly loaded: boolean;
  /** What the exact reader says; null when it finds nothing wrong. */
  readonly diagnosis: ErrorCode | null;
  /** The documents as they can be read back from the raw table, in order; empty when it was refused. */
  readonly stored: readonly Value[];
  /** The same documents by the exact reader. */
  readonly exact: readonly Value[];
}

/** Reads tables one after the other; close it in the end. */
export class LineReader {
  private constructor(
    private readonly folder: string,
    private readonly database: Database,
  ) {}

  static async open(): Promise<LineReader> {
    const folder = await mkdtemp(join(tmpdir(), "unnest-lines-"));
    const options = { threads: 1, memoryLimit: 2 ** 29, spillDirectory: join(folder, "spill") };
    return new LineReader(folder, await Database.open(":memory:", options));
  }

  async close(): Promise<void> {
    this.database.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async read(table: Table, documents: Buffer): Promise<Reading> {
    const root = join(this.folder, "export");
    await rm(root, { recursive: true, force: true });
    await mkdir(join(root, "_tables"), { recursive: true });
    await mkdir(join(root, table.name));
    await writeFile(join(root, "_tables/documents.jsonl"), JSON.stringify({ name: table.name, id: table.number }));
    await writeFile(join(root, table.name, "documents.jsonl"), documents);
    if (table.generatedSchema !== null) {
      await writeFile(join(root, table.name, "generated_schema.jsonl"), table.generatedSchema);
    }
    const archive = await openArchive(root);
    try {
      const [raw] = planRawTables(archive.tables, model);
      if (raw?.archive == null) throw new TypeError("the export has no table");
      const diagnosis = await diagnosisOf(raw);
      const stored = await this.load(raw);
      const exact = diagnosis === null ? await exactDocuments(raw) : [];
      return { loaded: stored !== null, diagnosis, stored: stored ?? [], exact };
    } finally {
      await archive.close();
    }
  }

  private async load(table: RawTable): Promise<Value[] | null> {
    const { archive } = table;
    if (archive === null) return null;
    await this.database.run("DROP SCHEMA IF EXISTS raw CASCADE; CREATE SCHEMA raw");
    await createRawTable(this.database, table);
    const repeatedKeys = await LineSpool.create(join(this.folder, "repeatedKeys.jsonl"));
    const ingestion = { database: this.database, folder: join(this.folder, "chunks"), onChunk: () => {}, repeatedKeys };
    try {
      await ingestTable(table, archive, ingestion);
      await checkIds(this.database, table);
    } catch {
      return null;
    } finally {
      await repeatedKeys.close();
    }
    return await this.storedDocuments(table);
  }

  /** Columns first, then what is only in `_extra`. */
  private async storedDocuments({ sql, columns }: RawTable): Promise<Value[]> {
    const inColumns = objectJson(
      columns.map((column) => [
        column.name,
        fieldJson({ ...column, sqlType: column.isFloatArray ? "JSON" : column.sqlType }),
      ]),
    );
    const documents: Value[] = [];
    for await (const [known = [], extra = []] of this.database.columns(
      `SELECT ${inColumns}, CAST(_extra AS VARCHAR) FROM ${sql} ORDER BY _line`,
    )) {
      for (const [i, text] of known.entries()) {
        const more = extra[i] ?? null;
        documents.push({ ...objectOf(more ?? "{}"), ...objectOf(text ?? "{}") });
      }
    }
    return documents;
  }
}

function objectOf(text: string): Record<string, Value> {
  return decodeValue(text) as Record<string, Value>;
}

async function diagnosisOf({ archive }: RawTable): Promise<ErrorCode | null> {
  try {
    if (archive !== null) await diagnoseDocuments(archive);
    return null;
  } catch (error) {
    if (error instanceof UnnestError) return error.code;
    throw error;
  }
}

async function exactDocuments({ archive }: RawTable): Promise<Value[]> {
  const documents: Value[] = [];
  if (archive === null) return documents;
  for await (const { bytes } of lines(await archive.open()))
    documents.push(decodeLine(bytes.toString("utf8"), archive.encoding));
  return documents;
}
