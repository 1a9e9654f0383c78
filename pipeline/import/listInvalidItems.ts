import type { Database } from "../db/database.js";
import { qualified } from "../db/quote.js";
import { planSchema } from "./planTables.js";

/** An item, or an entity, that the deployment could not take. Ids and names only. */
export interface InvalidItem {
  readonly phase: string;
  readonly batchId: string;
  /** Of the document; null for an entity. */
  readonly document: { readonly table: string; readonly documentId: string } | null;
  readonly code: string;
  /** The row's table and column that do not fit. */
  readonly table: string;
  readonly column: string | null;
}

/** Invalid items that are listed one by one; `countInvalidItems` counts all. */
const listed = 1000;

type FaultRow = Readonly<Record<"phase" | "batchId" | "code" | "table", string>> &
  Readonly<Record<"column" | "documentTable" | "documentId", string | null>>;

/** Why items are invalid, by the answers that the run's database keeps, in the order of the batches. */
export async function listInvalidItems(database: Database): Promise<readonly InvalidItem[]> {
  const rows = await database.rows<FaultRow>(
    `WITH faults AS (
       SELECT number, phase, batchId, origin, "first", unnest(from_json(answer -> '$.faults',
         '[{"list":"VARCHAR","at":"BIGINT","code":"VARCHAR","table":"VARCHAR","column":"VARCHAR"}]')) AS fault
       FROM ${qualified(planSchema, "batches")} WHERE state = 'done'
     )
     SELECT f.phase, f.batchId, f.fault.code AS code, f.fault."table" AS "table", f.fault."column" AS "column",
       i."table" AS documentTable, i.documentId AS documentId
     FROM faults AS f LEFT JOIN ${qualified(planSchema, "items")} AS i
       ON f.fault.list IN ('parts', 'patches') AND i.batch = f.origin AND i.item = f."first" + f.fault."at"
     ORDER BY f.number, f.fault.list, f.fault."at" LIMIT ${listed}`,
  );
  return rows.map(({ phase, batchId, code, table, column, documentTable, documentId }) => ({
    ...{ phase, batchId, code, table, column },
    document: documentTable === null || documentId === null ? null : { table: documentTable, documentId },
  }));
}
