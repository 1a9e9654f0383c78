import { join } from "node:path";
import type { Database } from "../db/database.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { UnnestError } from "../errors.js";
import type { ExportTable } from "./exportTables.js";
import type { ExportFormat } from "./format.js";
import { keyLengths } from "./keyLengths.js";
import { createTable, type Dialect } from "./relational.js";
import { renamed } from "./tableRows.js";

const fileName = "unnest.duckdb";

/** Name of the new database while it is written. */
const target = "export";

/** Rows that are gathered in memory before they go to the file; a multiple of DuckDB's 2,048. */
const rowGroupSize = 20_480;

const dialect: Dialect = {
  types: { VARCHAR: "VARCHAR", DOUBLE: "DOUBLE", BIGINT: "BIGINT", BOOLEAN: "BOOLEAN", JSON: "JSON" },
  // DuckDB's own limit is 8,192.
  keyBytes: 8_000,
  uniqueIndex: (table, name, places) => {
    const present = places.map(({ expression, optional }) => (optional ? `coalesce(${expression}, '')` : expression));
    return `CREATE UNIQUE INDEX ${identifier(name)} ON ${identifier(table)} (${present.join(", ")})`;
  },
};

/**
 * One database file with primary, unique and foreign keys, NOT NULL, enumerations and comments. Of indexes it has those of the keys alone:
 * others would cost memory with every opening and help only lookups.
 */
export const duckdb: ExportFormat = {
  title: "one DuckDB file with keys and constraints",
  closed: true,
  write: async ({ database, withRows, tables, folder, progress, signal }) => {
    await database.run(
      `ATTACH ${literal(join(folder, fileName))} AS ${identifier(target)} (ROW_GROUP_SIZE ${rowGroupSize})`,
    );
    try {
      const written = [];
      for (const table of tables) {
        signal.throwIfAborted();
        await create(database, table);
        const rows = await withRows(table, (query) => fill(database, table, query(renamed)));
        progress.advance(rows);
        written.push({ file: fileName, rows });
      }
      await database.run(`CHECKPOINT ${identifier(target)}`);
      return written;
    } finally {
      await database.run(`DETACH ${identifier(target)}`);
    }
  },
};

async function create(database: Database, table: ExportTable): Promise<void> {
  const lengths = await keyLengths(database, table, ({ field }) => identifier(field));
  const home = await database.value<string>("SELECT current_database()");
  await database.run(`USE ${identifier(target)}`);
  try {
    for (const statement of createTable(table, lengths, dialect)) await database.run(statement);
  } finally {
    await database.run(`USE ${identifier(home ?? "")}`);
  }
}

async function fill(database: Database, table: ExportTable, rows: string): Promise<number> {
  const into = `${identifier(target)}.${qualified("main", table.name)}`;
  const [own] = table.selfReferences;
  if (own === undefined) return await database.count(`INSERT INTO ${into} ${rows}`);
  // A row must find its parent there already: generation by generation.
  const [primary] = table.columns;
  const parent = identifier(own);
  const id = identifier(primary?.name ?? "");
  const row = `SELECT * FROM (${rows}) AS row`;
  let written = await database.count(`INSERT INTO ${into} ${row} WHERE row.${parent} IS NULL`);
  let generation = written;
  while (generation > 0) {
    generation = await database.count(
      `INSERT INTO ${into} ${row} WHERE row.${parent} IN (SELECT ${id} FROM ${into}) AND row.${id} NOT IN (SELECT ${id} FROM ${into})`,
    );
    written += generation;
  }
  if (written !== (await database.count(`SELECT count(*) FROM ${table.relation}`))) {
    throw new UnnestError("INTERNAL", "Rows are each other's ancestors.", { table: table.source });
  }
  return written;
}
