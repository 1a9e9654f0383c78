import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Archive, openArchive } from "../convexFormat/archive.js";
import { diagnoseDocuments } from "../convexFormat/diagnoseDocuments.js";
import { guessSystemTable } from "../convexFormat/systemTables.js";
import { Database } from "../db/database.js";
import type { Progress } from "../run/progress.js";
import { removeAtExit } from "../run/removeAtExit.js";
import { candidate, type DescribedField, describeFields, fieldInspection } from "./describeFields.js";
import { type FieldNode, kindIndex } from "./fieldNode.js";
import { hasRepeatedIds } from "./hasRepeatedIds.js";
import type { Inspection, Reference, TableInspection } from "./inspection.js";
import { profileTable, type TableProfile } from "./profileTable.js";
import { type IdSource, type ResolvedReference, resolveReferences } from "./resolveReferences.js";
import { throwIfInterrupted } from "./throwIfInterrupted.js";

/** User tables have numbers from here on; in deployments from before 2024 also lower ones. Below are the system's. */
const firstUserTable = 10_001;

interface InspectOptions {
  /** Threads of DuckDB, which counts references. Lines are read by this thread, data is inflated beside it. */
  readonly threads: number;
  /** Bytes DuckDB may hold in memory. */
  readonly memoryLimit: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * Profiles any Convex export. One pass over the archive; memory grows neither with it nor with its ids, which go through
 * files in the system's folder for temporary ones (about 35 bytes a document and 50 a reference).
 * @param path of a ZIP or a folder
 * Throws UnnestError with exit code 3 for an unusable export; INTERRUPTED.
 */
export async function inspectSnapshot(path: string, options: InspectOptions): Promise<Inspection> {
  const archive = await openArchive(path);
  const directory = await mkdtemp(join(tmpdir(), "unnest-inspect-"));
  const callOff = removeAtExit(directory);
  try {
    const profiles = await profileTables(archive, directory, options);
    const described = profiles.map(({ fields }) => [...describeFields(fields.root)]);
    const references = await findReferences(profiles, described, directory, options);
    return assemble(archive, profiles, described, references);
  } finally {
    await rm(directory, { recursive: true, force: true });
    callOff();
    await archive.close();
  }
}

async function profileTables(archive: Archive, directory: string, options: InspectOptions): Promise<TableProfile[]> {
  const { signal, progress } = options;
  const profiles: TableProfile[] = [];
  progress.start(
    "reading",
    sum(archive.tables, ({ bytes }) => bytes),
    "bytes",
  );
  for (const [index, table] of archive.tables.entries()) {
    const onBytes = (bytes: number) => {
      throwIfInterrupted(signal);
      progress.advance(bytes);
    };
    profiles.push(await profileTable(table, join(directory, String(index)), onBytes));
  }
  progress.finish();
  return profiles;
}

async function findReferences(
  profiles: readonly TableProfile[],
  described: readonly (readonly DescribedField[])[],
  directory: string,
  options: InspectOptions,
): Promise<readonly Reference[]> {
  const { threads, memoryLimit, signal, progress } = options;
  throwIfInterrupted(signal);
  progress.start("following references");
  const spillDirectory = join(directory, "spill");
  const database = await Database.open(join(directory, "inspect.duckdb"), { threads, memoryLimit, spillDirectory });
  try {
    await refuseRepeatedIds(database, profiles);
    const sources = profiles.map((profile, index) => idSource(profile, described[index] ?? []));
    const resolved = await resolveReferences(database, sources, signal);
    return nameReferences(resolved, profiles, described);
  } finally {
    database.close();
    progress.finish();
  }
}

/** An `_id` that stands twice is the one fault of lines that no single line shows. */
async function refuseRepeatedIds(database: Database, profiles: readonly TableProfile[]): Promise<void> {
  for (const { table, idsPath, idsAscend } of profiles) {
    if (!idsAscend && (await hasRepeatedIds(database, idsPath))) await diagnoseDocuments(table);
  }
}

function idSource(
  { table, idsPath, referencesPath, fields }: TableProfile,
  described: readonly DescribedField[],
): IdSource {
  const nodes = new Set(
    described.filter(({ node }) => node !== fields.idField && isReference(node)).map(({ node }) => node.id),
  );
  const redirected = [...fields.redirections()].filter(([, node]) => nodes.has(node));
  return {
    component: table.component,
    number: table.tableNumber,
    idsPath,
    referencesPath,
    nodes: [...[...nodes].map((node) => [node, node] as const), ...redirected],
  };
}

/** Most of its strings are ids: a text that happens to quote one is no reference. */
function isReference(node: FieldNode): boolean {
  return (node.counts[kindIndex.id] ?? 0) > (node.counts[kindIndex.string] ?? 0);
}

function nameReferences(
  resolved: readonly ResolvedReference[],
  profiles: readonly TableProfile[],
  described: readonly (readonly DescribedField[])[],
): readonly Reference[] {
  return profiles.flatMap(({ table }, source) =>
    (described[source] ?? []).flatMap(({ node, path }) =>
      resolved
        .filter((reference) => reference.source === source && reference.node === node.id)
        .sort((a, b) => b.values - a.values || a.tableNumber - b.tableNumber)
        .map(({ target, tableNumber, values, distinct, dangling }) => ({
          table: table.rawName,
          path,
          to: target === null ? null : (profiles[target]?.table.rawName ?? null),
          guess: target === null ? guessSystemTable(tableNumber) : null,
          tableNumber,
          values,
          distinct,
          dangling: target === null && tableNumber < firstUserTable ? null : dangling,
          notIds: node.counts[kindIndex.string] ?? 0,
        })),
    ),
  );
}

function assemble(
  archive: Archive,
  profiles: readonly TableProfile[],
  described: readonly (readonly DescribedField[])[],
  references: readonly Reference[],
): Inspection {
  const tables = profiles.map((profile, index) => tableInspection(profile, described[index] ?? []));
  const files = profiles.filter(({ table }) => table.name === "_storage");
  return {
    snapshot: {
      name: basename(archive.path),
      kind: archive.kind,
      bytes: archive.bytes,
      tables: tables.length,
      rows: sum(tables, ({ rows }) => rows),
      documentBytes: sum(tables, ({ bytes }) => bytes),
    },
    tables,
    candidates: profiles
      .flatMap(({ table, fields }, index) =>
        (described[index] ?? []).map((field) => candidate(table.rawName, fields.root.nestedBytes, field)),
      )
      .filter((found) => found !== null)
      .sort((a, b) => b.bytes - a.bytes),
    references,
    storage: {
      listed: archive.storage.listed,
      files: sum(files, ({ rows }) => rows),
      bytes: sum(files, ({ fileBytes }) => fileBytes),
    },
  };
}

function tableInspection(profile: TableProfile, described: readonly DescribedField[]): TableInspection {
  const { table, rows, lineBytes, longestLine } = profile;
  return {
    table: table.rawName,
    component: table.component,
    number: table.tableNumber,
    encoding: table.encoding.kind,
    rows,
    bytes: table.bytes,
    meanDocumentBytes: rows === 0 ? null : lineBytes / rows,
    maxDocumentBytes: rows === 0 ? null : longestLine,
    fields: described.map(fieldInspection),
  };
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}
