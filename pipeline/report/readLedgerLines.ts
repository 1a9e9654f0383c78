import type { Database, SqlRow } from "../db/database.js";
import type { LedgerLine } from "./report.js";

/** The ledger by phase, code, kind and table, with the ids of the first documents of each. */
export async function readLedgerLines(database: Database, sampleSize: number): Promise<LedgerLine[]> {
  const rows = await database.rows(
    `WITH documents AS (
      SELECT phase, code, kind, "table", documentId, count(*) AS entries FROM ledger.entries GROUP BY ALL
    )
    SELECT phase, code, kind, "table", sum(entries)::BIGINT AS entries, count(*) AS documents, to_json(min(documentId, ${sampleSize})) AS sample
    FROM documents
    GROUP BY phase, code, kind, "table"
    ORDER BY phase, code, kind, "table"`,
  );
  return rows.map(ledgerLine);
}

function ledgerLine({ phase, code, kind, table, entries, documents, sample }: SqlRow): LedgerLine {
  return {
    phase: String(phase),
    code: String(code),
    kind: String(kind),
    table: String(table),
    entries: Number(entries),
    documents: Number(documents),
    sample: JSON.parse(String(sample ?? "[]")) as string[],
  };
}
