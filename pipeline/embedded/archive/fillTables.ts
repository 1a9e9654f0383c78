/** The writing half of an import: documents into tables that are seen, or into hidden ones that are swapped in when all is done. */
import type { EmbeddedDeployment } from "../embeddedDeployment.js";
import type { Document, Table } from "../store/table.js";
import type { DocumentRules } from "./checkedDocument.js";
import { documentChunks } from "./documentChunks.js";
import { ImportRefused } from "./importRefused.js";
import type { PlannedTable } from "./planImport.js";

export interface FilledTables {
  /** Documents by table, in the order of the package. */
  readonly tables: ReadonlyMap<string, number>;
  /** Of the documents, as Convex counts them. */
  readonly bytes: number;
}

/**
 * Fills the tables of a plan.
 * @param isAppending writes piece by piece into the tables that are seen; else all of it appears at once, or nothing
 * Throws as `documentChunks` does, and ImportRefused DocumentExists or DocumentDeleted.
 */
export async function fillTables(
  deployment: Pick<EmbeddedDeployment, "store" | "exclusively">,
  rules: DocumentRules,
  isAppending: boolean,
): Promise<FilledTables> {
  const { store } = deployment;
  const { plan } = rules;
  const hidden: Table[] = [];
  const counts = new Map<string, number>();
  let bytes = 0;

  async function fill({ source, ...planned }: PlannedTable): Promise<void> {
    const seen = isAppending ? store.table(planned.name) : undefined;
    const table = seen ?? store.hiddenTable(planned.name, planned.number);
    if (seen === undefined) hidden.push(table);
    if (source === null) return;
    let count = 0;
    for await (const chunk of documentChunks({ ...planned, source }, rules)) {
      // What others see is written between their transactions.
      if (seen === undefined) writeChunk(deployment, table, chunk);
      else await deployment.exclusively(() => writeChunk(deployment, table, chunk));
      count += chunk.length;
      for (const { size } of chunk) bytes += size;
    }
    counts.set(planned.name, count);
  }

  try {
    for (const table of plan.tables) await fill(table);
    await deployment.exclusively(() => store.swapIn(hidden, plan.dropped));
  } catch (error) {
    for (const table of hidden) table.clear();
    throw error;
  }
  return { tables: counts, bytes };
}

/** All of a piece or nothing of it. An id that was once used is lost to a table, also when its document is gone. */
function writeChunk({ store }: Pick<EmbeddedDeployment, "store">, table: Table, chunk: readonly Document[]): void {
  for (const { id } of chunk) {
    if (!table.hasKnown(id)) continue;
    const reason = table.get(id) === null ? "DocumentDeleted" : "DocumentExists";
    throw new ImportRefused(reason, { table: table.name, documentId: id });
  }
  store.load(table, chunk);
}
