/** A finished run in a folder of its own, exports from it, and its rows as the database has them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import type { World } from "../../fixtures/world.js";
import { worldToZip } from "../../fixtures/writeWorld.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import { Database } from "../../pipeline/db/database.js";
import { identifier } from "../../pipeline/db/quote.js";
import type { UnnestError } from "../../pipeline/errors.js";
import { type ExportTable, exportTables } from "../../pipeline/export/exportTables.js";
import type { FormatName } from "../../pipeline/export/formats.js";
import type { Naming } from "../../pipeline/export/naming.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import type { SqlType } from "../../pipeline/model/types.js";
import { quietEdge } from "../laws/quietEdge.js";

/** JSON columns as their text. */
export type Cell = string | number | bigint | boolean | null;

export class FinishedRun {
  private held: ReadonlyMap<string, readonly (readonly Cell[])[]> | undefined;

  private constructor(
    readonly folder: string,
    readonly out: string,
  ) {}

  static async of(snapshot: World | { readonly messages: number; readonly seed: number }): Promise<FinishedRun> {
    const folder = await mkdtemp(join(tmpdir(), "unnest-export-"));
    const path = join(folder, "snapshot.zip");
    if ("messages" in snapshot) await generateSnapshot({ ...snapshot, embeddings: false, path });
    else await worldToZip(snapshot, path);
    const out = join(folder, "run");
    const { failure } = await runProgram(
      ["run", path, "--out", out, "--quiet", "--threads", "1", "--with", "memories"],
      quietEdge(),
    );
    if (failure !== null) throw failure;
    return new FinishedRun(folder, out);
  }

  /** Exports to a folder of that name beside the run; its path. */
  async export(format: FormatName, name: string, args: readonly string[] = []): Promise<string> {
    const to = join(this.folder, name);
    const failure = await this.tryExport(format, to, args);
    if (failure !== null) throw failure;
    return to;
  }

  async tryExport(format: string, to: string, args: readonly string[] = []): Promise<UnnestError | null> {
    const all = ["export", "--out", this.out, "--format", format, "--to", to, "--quiet", "--threads", "1", ...args];
    return (await runProgram(all, quietEdge())).failure;
  }

  tables(naming: Naming = "camel"): readonly ExportTable[] {
    return exportTables(loadModel(), { naming, with: ["memories"], only: null, closed: true });
  }

  /** The rows of an exported table in the order of an export, read from the run's database. */
  async rows({ source }: ExportTable): Promise<readonly (readonly Cell[])[]> {
    this.held ??= await readTables(
      join(this.out, "work.duckdb"),
      this.tables().map((table) => {
        const columns = table.columns.map(({ field, sqlType }) => asStored(field, sqlType));
        const order = table.isProved ? "_id" : "_line";
        return [table.source, `SELECT ${columns.join(", ")} FROM ${table.relation} ORDER BY ${order}`];
      }),
    );
    return this.held.get(source) ?? [];
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What is selected for a column: texts as their bytes, since the client takes a byte order mark at their beginning away. */
export function asStored(name: string, sqlType: SqlType): string {
  return sqlType === "VARCHAR" || sqlType === "JSON"
    ? `encode(CAST(${identifier(name)} AS VARCHAR))`
    : identifier(name);
}

type StoredCell = number | bigint | boolean | { readonly bytes: Uint8Array } | null;

/** The rows of queries, each by its name; texts are selected by `asStored`. */
export async function readTables(
  path: string,
  queries: readonly (readonly [name: string, sql: string])[],
): Promise<ReadonlyMap<string, readonly (readonly Cell[])[]>> {
  const limits = { threads: 1, memoryLimit: 2 ** 29 };
  const database = await Database.open(path, { ...limits, spillDirectory: `${path}.spill`, readOnly: true });
  try {
    const tables = new Map<string, Cell[][]>();
    for (const [name, sql] of queries) {
      const rows: Cell[][] = [];
      for await (const columns of database.columns<NonNullable<StoredCell>>(sql)) {
        for (let row = 0; row < (columns[0]?.length ?? 0); row++)
          rows.push(columns.map((column) => textOrCell(column[row] ?? null)));
      }
      tables.set(name, rows);
    }
    return tables;
  } finally {
    database.close();
  }
}

function textOrCell(cell: StoredCell): Cell {
  return typeof cell === "object" && cell !== null ? Buffer.from(cell.bytes).toString("utf8") : cell;
}

/**
 * Rows in which every zero is 0. DuckDB's compression and Parquet's dictionaries keep equal values once, and PostgreSQL's jsonb has no -0: of
 * two zeroes either sign may come back.
 */
export function withoutSignOfZero(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map(withoutSignOfZero);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSignOfZero(inner)]));
}
