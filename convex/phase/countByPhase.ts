import { convexSize } from "../../transforms/convexSize.js";
import type { AnyReader } from "../documents.js";
import type { Phase } from "../phases.js";

/** A number of documents, or at least so many. */
export type Counted = number | `${number}+`;

/** Where counting a table ends: documents, and their bytes, since an entry of the ledger may be as large as a document. */
const mostDocuments = 1000;
const mostBytes = 1024 * 1024;

/** "1000+" where something was not looked at. */
export function counted(number: number, isAll: boolean): Counted {
  return isAll ? number : `${number}+`;
}

/**
 * Counts documents of one of the migration's own tables by phase, as far as its first 1,000 documents or their first MiB go.
 *
 * @returns gives the number of a phase's documents, of a table with codes those with that code
 */
export async function countByPhase(
  db: AnyReader,
  table: "unnestTouches" | "unnestBatches" | "unnestLedger",
): Promise<(phase: Phase, code?: string) => Counted> {
  const counts = new Map<string, number>();
  let documents = 0;
  let bytes = 0;
  let isAll = true;
  for await (const document of db.query(table)) {
    if (documents === mostDocuments || bytes > mostBytes) {
      isAll = false;
      break;
    }
    documents += 1;
    bytes += convexSize(document);
    const name = nameOf(String(document.migrationId), document.code);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return (phase, code) => counted(counts.get(nameOf(phase, code)) ?? 0, isAll);
}

function nameOf(phase: string, code: unknown): string {
  return `${phase} ${String(code)}`;
}
