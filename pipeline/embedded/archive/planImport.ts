/** What an import will make of a deployment's tables: numbers first, since every `_id` and every reference is read by them (spec 1). */
import type { Archive, ArchiveTable } from "../../convexFormat/archive.js";
import type { EmbeddedDeployment } from "../embeddedDeployment.js";
import type { Store } from "../store/store.js";
import type { Table } from "../store/table.js";
import { ImportRefused } from "./importRefused.js";
import { referencedTables } from "./referencedTables.js";

/**
 * `empty` fails where a table of the package holds documents; `replace` swaps the package's tables in; `replace-all` also removes all
 * others; `append` adds to what is there.
 */
export type ImportMode = "append" | "replace" | "replace-all" | "empty";

export interface PlannedTable {
  readonly name: string;
  readonly number: number;
  /** Null for a table that only stands in the schema and is emptied. */
  readonly source: ArchiveTable | null;
}

export interface ImportPlan {
  /** In the order of the package; tables that are emptied come last. */
  readonly tables: readonly PlannedTable[];
  /** Names of tables that go. */
  readonly dropped: readonly string[];
  /** `v.id` is checked against the tables as they will be: name by number. */
  readonly nameOf: ReadonlyMap<number, string>;
  /** Tables of components and of Convex itself: a deployment that runs here has none. */
  readonly leftOut: readonly string[];
}

/** Metadata of files: the one table of Convex's own that exports hold and imports take. */
export const storageTable = "_storage";

/** What an import needs to know of the deployment it goes into. */
export type ImportTarget = Pick<EmbeddedDeployment, "store" | "schema">;

/**
 * Assigns numbers and refuses what cannot be, before anything is written.
 * Throws ImportRefused TableConflict, TableNumberConflict, TableExists, SchemaEnforcementError, ImportForeignKey.
 */
export function planImport(archive: Archive, target: ImportTarget, mode: ImportMode): ImportPlan {
  const { store, schema } = target;
  const sources = archive.tables.filter(isImported);
  const emptied = mode === "replace-all" ? Object.keys(schema.tables).filter((name) => !sources.some(named(name))) : [];
  const tables = assignNumbers(sources, emptied, store);
  const imported = new Set(tables.map(({ name }) => name));

  const untouched = store.tables().filter(({ name }) => !imported.has(name));
  const staying = untouched.filter(({ name }) => mode !== "replace-all" || name.startsWith("_"));
  const nameOf = new Map(staying.map(({ name, number }) => [number, name]));
  for (const { name, number } of tables) {
    const other = nameOf.get(number);
    if (other !== undefined)
      throw new ImportRefused("TableConflict", { table: name }, `${number} is the number of ${other}`);
    nameOf.set(number, name);
  }
  for (const table of tables) checkTarget(table, store.table(table.name), mode);

  const dropped = untouched.filter((table) => !staying.includes(table)).map(({ name }) => name);
  checkReferences(target, tables, dropped);
  return {
    tables,
    dropped,
    nameOf,
    leftOut: archive.tables.filter((table) => !isImported(table)).map(({ rawName }) => rawName),
  };
}

function isImported({ name, component }: ArchiveTable): boolean {
  return component === "" && (name === storageTable || !name.startsWith("_"));
}

function named(name: string): (table: { readonly name: string }) => boolean {
  return (table) => table.name === name;
}

/** The package's own numbers come first; then the one a table has, where it is still free; then a fresh one. */
function assignNumbers(sources: readonly ArchiveTable[], emptied: readonly string[], store: Store): PlannedTable[] {
  const taken = new Set(sources.flatMap(({ tableNumber }) => (tableNumber === null ? [] : [tableNumber])));
  let fresh = Math.max(store.freshNumber(), ...[...taken].map((number) => number + 1));
  const numberFor = (name: string): number => {
    const existing = store.table(name)?.number;
    const number = existing === undefined || taken.has(existing) ? fresh++ : existing;
    taken.add(number);
    return number;
  };
  return [
    ...sources.map((source) => ({ name: source.name, number: source.tableNumber ?? numberFor(source.name), source })),
    ...emptied.map((name) => ({ name, number: numberFor(name), source: null })),
  ];
}

function checkTarget({ name, number }: PlannedTable, existing: Table | undefined, mode: ImportMode): void {
  if (existing === undefined) return;
  if (mode === "empty" && existing.size > 0) throw new ImportRefused("TableExists", { table: name });
  if (mode === "append" && existing.number !== number) {
    const detail = `the package has number ${number} for a table whose number is ${existing.number}`;
    throw new ImportRefused("TableNumberConflict", { table: name }, detail);
  }
}

/** Documents outside of the import must go on matching the schema when it is done. */
function checkReferences(
  { store, schema }: ImportTarget,
  tables: readonly PlannedTable[],
  dropped: readonly string[],
): void {
  if (!schema.schemaValidation) return;
  for (const [name, { validator }] of Object.entries(schema.tables)) {
    const referenced = new Set(referencedTables(validator));
    const gone = dropped.find((table) => referenced.has(table));
    if (gone !== undefined) {
      throw new ImportRefused("SchemaEnforcementError", { table: gone }, `${name} refers to a table that would go`);
    }
    if (tables.some(named(name)) || (store.table(name)?.size ?? 0) === 0) continue;
    for (const { name: other, number } of tables) {
      const before = store.table(other)?.number;
      if (!referenced.has(other) || before === undefined || before === number) continue;
      const detail = `its number would change from ${before} to ${number} while documents of ${name} refer to it`;
      throw new ImportRefused("ImportForeignKey", { table: other }, detail);
    }
  }
}
