/** The SQLite file: raw documents, normalized rows, the ledger. */
import Database from "better-sqlite3";
import { booleanColumns, jsonColumns, normalized } from "./model.mjs";

export class Store {
  constructor(path) {
    this.db = new Database(path);
    this.db.pragma("journal_mode = OFF");
    this.db.pragma("synchronous = OFF");
    this.db.pragma("cache_size = -262144");
    for (const [table, { columns, key }] of Object.entries(normalized)) {
      const defined = columns.map((column) => `"${column}"`).join(", ");
      const unique = key.map((column) => `"${column}"`).join(", ");
      this.db.exec(`CREATE TABLE "${table}" (_id TEXT PRIMARY KEY, _creationTime REAL NOT NULL, ${defined})`);
      this.db.exec(`CREATE UNIQUE INDEX "${table}_key" ON "${table}" (${unique})`);
    }
    this.db.exec(
      "CREATE TABLE ledger (code TEXT, kind TEXT, tableName TEXT, documentId TEXT, path TEXT, value TEXT, detail TEXT)",
    );
    this.ledgerStatement = this.db.prepare("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)");
    this.statements = new Map();
    this.accounts = new Map();
    this.db.exec("BEGIN");
  }

  document(table, id, creationTime, text) {
    let statement = this.statements.get(`raw ${table}`);
    if (statement === undefined) {
      this.db.exec(`CREATE TABLE "raw_${table}" (_id TEXT PRIMARY KEY, _creationTime REAL, document TEXT)`);
      statement = this.db.prepare(`INSERT INTO "raw_${table}" VALUES (?, ?, ?)`);
      this.statements.set(`raw ${table}`, statement);
    }
    statement.run(id, creationTime, text);
  }

  row(table, id, creationTime, fields) {
    let statement = this.statements.get(table);
    const { columns } = normalized[table];
    if (statement === undefined) {
      statement = this.db.prepare(`INSERT INTO "${table}" VALUES (?, ?, ${columns.map(() => "?").join(", ")})`);
      this.statements.set(table, statement);
    }
    statement.run(id, creationTime, ...columns.map((column) => toSql(column, fields[column])));
  }

  entry(code, kind, table, documentId, path, value, detail) {
    const text = value === undefined ? null : JSON.stringify(value);
    this.ledgerStatement.run(code, kind, table, documentId, path, text, detail ?? null);
  }

  /** Counts elements of a moved field: all of them, those that became rows, those that went elsewhere. */
  account(element, source, rows) {
    const sums = this.accounts.get(element) ?? { source: 0, rows: 0 };
    sums.source += source;
    sums.rows += rows;
    this.accounts.set(element, sums);
  }

  commit() {
    this.db.exec("COMMIT");
  }
}

function toSql(column, value) {
  if (value === undefined) return null;
  if (jsonColumns.has(column)) return JSON.stringify(value);
  if (booleanColumns.has(column)) return value ? 1 : 0;
  return value;
}
