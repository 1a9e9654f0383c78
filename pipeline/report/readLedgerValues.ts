import type { Database } from "../db/database.js";

/** An entry of the ledger with what it holds: personal data. */
export interface LedgerValue {
  readonly phase: string;
  readonly code: string;
  readonly kind: string;
  readonly table: string;
  readonly documentId: string;
  readonly path: string;
  readonly value: string;
  readonly detail: string;
}

/** Of each code and table. */
const shown = 5;

/** Characters of a value; the whole of it is in `ledger.jsonl`. */
const mostCharacters = 500;

/** The first entries of each phase, code, kind and table, by document. */
export async function readLedgerValues(database: Database): Promise<LedgerValue[]> {
  const text = (column: string): string => `coalesce(left(CAST(${column} AS VARCHAR), ${mostCharacters}), '')`;
  const rows = await database.rows(
    `SELECT phase, code, kind, "table", documentId, ${["path", "value", "detail"].map((column) => `${text(column)} AS "${column}"`).join(", ")}
    FROM ledger.entries
    QUALIFY row_number() OVER (PARTITION BY phase, code, kind, "table" ORDER BY documentId, path) <= ${shown}
    ORDER BY phase, code, kind, "table", documentId, path`,
  );
  return rows.map((row) => ({
    phase: String(row.phase),
    code: String(row.code),
    kind: String(row.kind),
    table: String(row.table),
    documentId: String(row.documentId),
    path: String(row.path),
    value: String(row.value),
    detail: String(row.detail),
  }));
}
