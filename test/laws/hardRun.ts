/** The real stages over one snapshot of hard documents, and everything that came in and out of it, read back from the files. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value } from "convex/values";
import { hardSnapshot } from "../../fixtures/hardDocuments.js";
import { worldToZip } from "../../fixtures/writeWorld.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import { openArchive } from "../../pipeline/convexFormat/archive.js";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { lines } from "../../pipeline/convexFormat/lines.js";
import { Database } from "../../pipeline/db/database.js";
import type { UnnestError } from "../../pipeline/errors.js";
import type { Report } from "../../pipeline/report/report.js";
import { quietEdge } from "./quietEdge.js";

export type Fields = Readonly<Record<string, Value | undefined>>;

export interface LedgerEntry {
  readonly phase: string;
  readonly code: string;
  readonly kind: string;
  readonly table: string;
  readonly documentId: string;
  readonly path: string;
  readonly value?: Value;
  readonly detail?: string;
}

export interface TableRow {
  readonly table: string;
  readonly fields: Fields;
}

export interface Patch {
  readonly table: string;
  readonly _id: string;
  /** A field that must be absent is `absent`. */
  readonly expect: Fields;
  readonly set: Fields;
  readonly unset: readonly string[];
}

export const absent = "<absent>";

export interface HardRun {
  readonly report: Report;
  readonly entries: readonly LedgerEntry[];
  /** The source's documents by id, read from the snapshot by themselves: nothing here has been through DuckDB. */
  readonly documents: ReadonlyMap<string, TableRow>;
  readonly patches: readonly Patch[];
  /** The rows of the package. */
  readonly rows: readonly TableRow[];
  /** Table number by name: of the snapshot and of the package. */
  readonly tableNumbers: ReadonlyMap<string, number>;
  /** The run's `work.duckdb`. */
  readonly database: string;
  remove(): Promise<void>;
}

/** Everything on: optional parts too. Throws when the run fails, with the first offenders of the checks that did. */
export async function hardRun(seed: number, documents: number): Promise<HardRun> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-laws-"));
  const world = hardSnapshot(seed, documents);
  const snapshot = join(folder, "snapshot.zip");
  const out = join(folder, "run");
  await worldToZip(world, snapshot);
  const { failure } = await runProgram(
    ["run", snapshot, "--out", out, "--quiet", "--threads", "2", "--with", "memories"],
    quietEdge(),
  );
  if (failure !== null) throw new Error(await describeFailure(failure, join(out, "report.json")));
  const text = (file: string): Promise<string> => readFile(join(out, file), "utf8");
  const ledger = (await text("ledger.jsonl")).split("\n").filter((line) => line !== "");
  const patches = (await text("package/patches.jsonl")).split("\n").filter((line) => line !== "");
  const packaged = await readRows(join(out, "package/snapshot.zip"));
  const source = world.tables.flatMap(({ name, lines: all, generatedSchema }) =>
    all.map((line): TableRow => ({ table: name, fields: fieldsOf(line, generatedSchema !== null) })),
  );
  return {
    report: JSON.parse(await text("report.json")) as Report,
    entries: ledger.map((line) => decodeValue(line) as unknown as LedgerEntry),
    patches: patches.map(readPatch),
    documents: new Map(source.map((document) => [String(document.fields._id), document])),
    rows: packaged.rows,
    tableNumbers: new Map([
      ...world.tables.map(({ name, number }): [string, number] => [name, number]),
      ...packaged.numbers,
    ]),
    database: join(out, "work.duckdb"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function describeFailure(failure: UnnestError, reportFile: string): Promise<string> {
  const said = `${failure.code} ${failure.message} ${JSON.stringify(failure.place)}`;
  const text = await readFile(reportFile, "utf8").catch(() => null);
  if (text === null) return said;
  const failed = (JSON.parse(text) as Report).checks.filter(({ status }) => status === "failed");
  return [said, ...failed.map(({ name, sample }) => `${name}: ${JSON.stringify(sample.slice(0, 3))}`)].join("\n");
}

/** What a patch expects to be absent stands there as an object that is no value. */
function readPatch(line: string): Patch {
  return decodeValue(line.replaceAll('{"$undefined":null}', JSON.stringify(absent))) as unknown as Patch;
}

export function openReadOnly(path: string): Promise<Database> {
  return Database.open(path, { threads: 1, memoryLimit: 2 ** 30, spillDirectory: `${path}.spill`, readOnly: true });
}

/** A table without a generated schema (`_storage`) has plain numbers. */
function fieldsOf(line: string, isUniform: boolean): Fields {
  return (isUniform ? decodeValue(line) : JSON.parse(line)) as Fields;
}

async function readRows(path: string): Promise<{ rows: TableRow[]; numbers: [string, number][] }> {
  const archive = await openArchive(path);
  try {
    const rows: TableRow[] = [];
    for (const table of archive.tables) {
      for await (const { bytes } of lines(await table.open())) {
        rows.push({ table: table.name, fields: fieldsOf(bytes.toString("utf8"), true) });
      }
    }
    return { rows, numbers: archive.tables.map(({ name, tableNumber }) => [name, tableNumber ?? 0]) };
  } finally {
    await archive.close();
  }
}
