/** What `meta` says of the snapshot: the contract between loading and everything after it. */
import { basename } from "node:path";
import type { Archive } from "../convexFormat/archive.js";
import type { Database } from "../db/database.js";
import { literal } from "../db/quote.js";
import type { Model } from "../model/types.js";
import type { Ingested } from "./ingestTable.js";
import type { RawTable } from "./rawTable.js";

/** User tables are numbered from 10001 on. */
const firstTableNumber = 10_001;

export async function describeSnapshot(database: Database, archive: Archive, sha256: string): Promise<void> {
  await database.run("CREATE OR REPLACE TABLE meta.snapshot (path VARCHAR, sha256 VARCHAR, bytes BIGINT)");
  await insert(database, "meta.snapshot", [[basename(archive.path), sha256, archive.bytes]]);
}

/**
 * One row an archive's table, in its order. `raw` is the table's name in schema `raw`, `rows` its documents, `bytes` those of its
 * documents.jsonl.
 */
export async function describeTables(
  database: Database,
  tables: readonly RawTable[],
  rows: ReadonlyMap<RawTable, Ingested>,
): Promise<void> {
  await database.run(
    `CREATE OR REPLACE TABLE meta.tables (name VARCHAR, component VARCHAR, number BIGINT, rows BIGINT, bytes BIGINT, encoding VARCHAR,
     in_model BOOLEAN, raw VARCHAR)`,
  );
  await insert(
    database,
    "meta.tables",
    tables.flatMap((table) => {
      if (table.archive === null) return [];
      const { name, component, tableNumber, bytes, encoding } = table.archive;
      const count = rows.get(table)?.documents ?? 0;
      return [[name, component, tableNumber, count, bytes, encoding.kind, table.model !== null, table.name]];
    }),
  );
}

/** One row a column that holds arrays of floats: how many arrays, and their elements. */
export async function describeFloatArrays(database: Database, rows: ReadonlyMap<RawTable, Ingested>): Promise<void> {
  await database.run(
    `CREATE OR REPLACE TABLE meta.float_arrays (raw VARCHAR, "column" VARCHAR, arrays BIGINT, floats BIGINT)`,
  );
  const columns = [...rows].flatMap(([table, { floatTallies }]) =>
    [...floatTallies].map(([column, { arrays, floats }]) => [table.name, column, arrays, floats]),
  );
  await insert(database, "meta.float_arrays", columns);
}

/**
 * Numbers of the normalized tables: those the snapshot names keep theirs, the others get the next free ones in foreign-key order, also
 * those that only an option fills, so that the option changes no other table's ids.
 */
export async function numberTables(database: Database, archive: Archive, model: Model): Promise<void> {
  const numbers = new Map<string, number>();
  for (const { name, component, tableNumber } of archive.tables) {
    if (component === "" && tableNumber !== null) numbers.set(name, tableNumber);
  }
  let next = Math.max(firstTableNumber, ...[...numbers.values()].map((number) => number + 1));
  await database.run("CREATE OR REPLACE TABLE meta.table_numbers (name VARCHAR, number BIGINT, minted BOOLEAN)");
  await insert(
    database,
    "meta.table_numbers",
    model.normalized.map(({ name }) => [name, numbers.get(name) ?? next++, !numbers.has(name)]),
  );
}

type Literal = string | number | boolean | null;

async function insert(database: Database, table: string, rows: readonly (readonly Literal[])[]): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map((row) => `(${row.map(literal).join(", ")})`);
  await database.run(`INSERT INTO ${table} VALUES ${values.join(", ")}`);
}
