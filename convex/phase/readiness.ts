/** What holds a phase up, one function a kind of reason; all read little and bounded. */
import type { GenericDatabaseReader } from "convex/server";
import { oldestTouch } from "../aggregates/oldestTouch.js";
import { anyReader, type Doc, rangeBy } from "../documents.js";
import type { Phase } from "../phases.js";
import { readersOf } from "../read/shadowReaders.js";
import type { DataModel } from "../runtime.js";
import { openJobs } from "./openJobs.js";
import { movedFieldsOf } from "./phaseTables.js";
import type { Reason } from "./refuse.js";

type Reader = GenericDatabaseReader<DataModel>;

/** A job or touch that is older says that something does not keep up; a busy site always has young ones. Milliseconds. */
const mostAge = 5 * 60_000;

/** Differences counted a reader. */
const mostDifferences = 100;

/** For every step forward: jobs and touches that are not worked off. */
export async function unworked(db: Reader, phase: Phase): Promise<Reason[]> {
  const now = Date.now();
  const { oldest, open, unseenSince } = (await openJobs(db))(phase);
  const touched = await oldestTouch(db);
  const born = Math.min(oldest ?? now, unseenSince ?? now);
  return [
    ...(now - born > mostAge ? [{ code: "old_jobs" as const, count: open, age: now - born }] : []),
    ...(touched !== null && now - touched > mostAge ? [{ code: "old_touches" as const, age: now - touched }] : []),
  ];
}

/** For every step forward: differences between old and new answers that nobody has explained yet. */
export async function unexplained(db: Reader, phase: Phase): Promise<Reason[]> {
  const found = await Promise.all(
    readersOf(phase).map((reader) =>
      rangeBy(anyReader(db), "unnestShadowDifferences", "by_reader", [["reader", reader]]).take(mostDifferences),
    ),
  );
  const count = found.flat().length;
  return count === 0 ? [] : [{ code: "shadow_differences", count }];
}

/** A backfill that is done, and a delta since that was empty. */
export function undelivered({ backfilled, driftFreeSince }: Doc<"unnestSwitches">): Reason[] {
  return [
    ...(backfilled ? [] : [{ code: "not_backfilled" as const }]),
    ...(driftFreeSince === undefined ? [{ code: "not_drift_free" as const }] : []),
  ];
}

/**
 * For `cleaned`: the buffer, jobs, however young, jobs set aside, and writes that named a moved field within the last buffer's length.
 * Of a part whose old field was removed, a job has still to remove the rows: at the flip these would become its value.
 */
export async function uncleanable(db: Reader, phase: Phase, state: Doc<"unnestSwitches">): Promise<Reason[]> {
  const now = Date.now();
  const { cleanupNotBefore = now } = state;
  const { open, setAside, unseenSince } = (await openJobs(db))(phase);
  const fields = await fieldsWritten(db, phase, state);
  return [
    ...(now < cleanupNotBefore ? [{ code: "buffer_running" as const, wait: cleanupNotBefore - now }] : []),
    ...(open > 0 || unseenSince !== null ? [{ code: "open_jobs" as const, count: open }] : []),
    ...(setAside > 0 ? [{ code: "set_aside_jobs" as const, count: setAside }] : []),
    ...(fields.length > 0 ? [{ code: "old_field_writes" as const, fields }] : []),
  ];
}

/** Moved fields, as `table.field`, that a write named outside a helper within the last buffer's length; none without a buffer. */
export async function fieldsWritten(
  db: Reader,
  phase: Phase,
  { since, cleanupNotBefore = since }: Pick<Doc<"unnestSwitches">, "since" | "cleanupNotBefore">,
): Promise<string[]> {
  const time = Date.now() - (cleanupNotBefore - since);
  const written: string[] = [];
  for (const { table, field } of movedFieldsOf(phase)) {
    const last = await db
      .query("unnestOldFieldWrites")
      .withIndex("by_table_field", (range) => range.eq("table", table).eq("field", field))
      .first();
    if (last !== null && last.at > time) written.push(`${table}.${field}`);
  }
  return written;
}

/** How many transactions had their direct write of a field dropped: fields that hold nothing of their own, as far as folds have counted. */
export async function writesDropped(db: Reader, phase: Phase): Promise<{ field: string; transactions: number }[]> {
  const counts: { field: string; transactions: number }[] = [];
  for (const { table, field } of movedFieldsOf(phase)) {
    const row = await db
      .query("unnestOldFieldWrites")
      .withIndex("by_table_field", (range) => range.eq("table", table).eq("field", field))
      .first();
    if (row?.dropped !== undefined) counts.push({ field: `${table}.${field}`, transactions: row.dropped });
  }
  return counts;
}

/** Those of these tables that hold a row. */
export async function filledTables(db: Reader, tables: readonly string[]): Promise<string[]> {
  const filled: string[] = [];
  for (const table of tables) if ((await anyReader(db).query(table).first()) !== null) filled.push(table);
  return filled;
}
