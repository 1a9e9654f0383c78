/** The plan in the run's database: schema `import`. */
import type { Database } from "../db/database.js";
import { identifier, qualified } from "../db/quote.js";
import type { RelationColumn } from "../parts/outputs.js";
import { type Batch, type BatchKind, costFields } from "./batch.js";

export const planSchema = "import";

const whole = (name: string): RelationColumn => ({ name, sqlType: "BIGINT" });
const text = (name: string): RelationColumn => ({ name, sqlType: "VARCHAR" });

/** A row a batch; see `Batch`. `answer` is what the deployment answered, as JSON; `failure` why there is none. */
export const batchColumns: readonly RelationColumn[] = [
  whole("number"),
  text("batchId"),
  text("phase"),
  whole("epoch"),
  text("kind"),
  whole("origin"),
  whole("first"),
  whole("items"),
  ...costFields.map(whole),
  whole("lineOffset"),
  whole("lineBytes"),
  whole("attempts"),
  text("state"),
  text("answer"),
  text("failure"),
];

/** A row a planned item that belongs to a document: which batch it went to, and where in it. */
const itemColumns: readonly RelationColumn[] = [
  whole("batch"),
  whole("item"),
  text("part"),
  text("table"),
  text("documentId"),
];

/** One row a plan: what it was made of. */
const planColumns: readonly RelationColumn[] = [
  text("tool"),
  text("snapshot"),
  /** Of its batches, as JSON. */
  text("bounds"),
  /** Bytes of `batches.tsv`. */
  whole("bytes"),
  /** Parts that need not be sent: the snapshot's new tables hold all their rows. */
  whole("leftOut"),
];

export const planTables = { batches: batchColumns, items: itemColumns, plan: planColumns } as const;

/** `CREATE TABLE` of all of them, empty. */
export function createPlanSql(): string {
  const tables = Object.entries(planTables).map(
    ([name, columns]) =>
      `CREATE TABLE ${qualified(planSchema, name)} (${columns.map((column) => `${identifier(column.name)} ${column.sqlType}`).join(", ")});`,
  );
  return `DROP SCHEMA IF EXISTS ${identifier(planSchema)} CASCADE; CREATE SCHEMA ${identifier(planSchema)}; ${tables.join(" ")}`;
}

/** Batches that still have to be sent, in order. */
export async function openBatches(database: Database): Promise<readonly Batch[]> {
  const columns = batchColumns.map(({ name }) => identifier(name)).join(", ");
  const rows = await database.rows(
    `SELECT ${columns} FROM ${qualified(planSchema, "batches")} WHERE state IN ('planned', 'sent', 'failed') ORDER BY phase, number`,
  );
  return rows.map(batchOf);
}

/** A batch as a row of `import.batches` has it. */
function batchOf(row: Readonly<Record<string, unknown>>): Batch {
  const number = (name: keyof Batch): number => Number(row[name]);
  return {
    number: number("number"),
    batchId: String(row.batchId),
    phase: String(row.phase),
    epoch: number("epoch"),
    kind: row.kind as BatchKind,
    origin: number("origin"),
    first: number("first"),
    items: number("items"),
    rows: number("rows"),
    argumentBytes: number("argumentBytes"),
    bytesRead: number("bytesRead"),
    bytesWritten: number("bytesWritten"),
    writeBytes: number("writeBytes"),
    lineOffset: number("lineOffset"),
    lineBytes: number("lineBytes"),
    attempts: number("attempts"),
  };
}
