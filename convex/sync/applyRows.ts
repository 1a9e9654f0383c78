import type { Fields, PartRow, Transform } from "../../transforms/defineTransform.js";
import { sameValue } from "../../transforms/sameValue.js";
import type { StoredDocument } from "../documents.js";
import { naturalKeyOf, ownColumns } from "../tableFacts.js";
import { touchForRow } from "../touches/rowTouches.js";
import { columnsOf } from "./entities.js";
import { refuseInvalid } from "./refuseInvalid.js";
import type { RowsByTable } from "./storedPart.js";
import type { Sync, SyncReads } from "./sync.js";
import { withBookkeeping } from "./withBookkeeping.js";

/** What a sync did to a part's rows. */
export interface RowChanges {
  readonly inserted: number;
  readonly patched: number;
  readonly deleted: number;
}

export const noChanges: RowChanges = { inserted: 0, patched: 0, deleted: 0 };

/** What is to become of one row. */
export interface RowChange {
  readonly table: string;
  readonly before: StoredDocument | null;
  /** All columns of the row to be; null where it goes. */
  readonly after: Fields | null;
  /** The columns that differ, undefined for those that go. */
  readonly patch: Fields;
}

/** As a transform or a batch gives it. */
export type WantedRow = Pick<PartRow, "table" | "value" | "refs">;

/**
 * Makes a part's stored rows equal to the mapped ones, birth and application-owned columns aside, and appends each row's touches
 * with the row. All is planned, and checked against the schema, before anything is written.
 *
 * @param rows as the transform gives them; their entities are there
 * @param stored every row the part has
 * @throws ConvexError as `refuseInvalid` and `columnsOf` do, and then nothing is written
 */
export async function applyRows(
  sync: Sync,
  transform: Transform,
  rows: readonly WantedRow[],
  stored: RowsByTable,
): Promise<RowChanges> {
  return await writeRows(sync, await planRows(sync, transform, rows, stored));
}

/** What makes a part's stored rows equal to these; none when they are. Of two stored rows with one natural key the oldest counts. */
export async function planRows(
  sync: SyncReads,
  transform: Transform,
  rows: readonly WantedRow[],
  stored: RowsByTable,
): Promise<readonly RowChange[]> {
  const wanted = await Promise.all(
    rows.map(async (row) => ({ table: row.table, columns: await columnsOf(sync, row) })),
  );
  return Object.keys(transform.writes).flatMap((table) =>
    plan(
      table,
      wanted.filter((row) => row.table === table).map(({ columns }) => columns),
      stored[table] ?? [],
    ),
  );
}

/** Writes planned changes, each with its touches. */
export async function writeRows(sync: Sync, changes: readonly RowChange[]): Promise<RowChanges> {
  for (const { table, after } of changes) if (after !== null) refuseInvalid(sync.db, table, after);
  for (const { table, before, after, patch } of changes) {
    if (after === null && before !== null) await sync.db.delete(before._id);
    else if (before === null && after !== null) await sync.db.insert(table, after);
    else if (before !== null) await sync.db.patch(before._id, patch);
    await touchForRow(sync.touches, table, before, after);
  }
  return {
    inserted: changes.filter(({ before }) => before === null).length,
    patched: changes.filter(({ before, after }) => before !== null && after !== null).length,
    deleted: changes.filter(({ after }) => after === null).length,
  };
}

function plan(table: string, wanted: readonly Fields[], stored: readonly StoredDocument[]): RowChange[] {
  const left = new Map<string, StoredDocument>();
  const extra: StoredDocument[] = [];
  const placed = new Map(withBookkeeping(table, stored).map((row) => [row._id, row]));
  for (const row of [...stored].sort(byAge)) {
    const key = keyOf(table, placed.get(row._id) ?? row);
    if (left.has(key)) extra.push(row);
    else left.set(key, row);
  }
  const changes: RowChange[] = [];
  for (const columns of wanted) {
    const key = keyOf(table, columns);
    const before = left.get(key) ?? null;
    left.delete(key);
    if (before === null) {
      changes.push({ table, before, after: columns, patch: {} });
      continue;
    }
    const patch = differences(table, before, columns);
    if (Object.keys(patch).length > 0) changes.push({ table, before, after: { ...before, ...patch }, patch });
  }
  return [...changes, ...[...left.values(), ...extra].map((before) => ({ table, before, after: null, patch: {} }))];
}

/** What a sync would change in a row; empty when it is equal, birth and application-owned columns aside. */
export function differences(table: string, before: Fields, columns: Fields): Fields {
  const own = ownColumns(table);
  const patch: Record<string, Fields[string]> = {};
  for (const column of new Set([...Object.keys(before), ...Object.keys(columns)])) {
    if (own.has(column) || column.startsWith("_")) continue;
    if (!sameValue(before[column], columns[column])) patch[column] = columns[column];
  }
  return patch;
}

/** Which row of its table a row is: its natural key as a text. */
export function keyOf(table: string, row: Fields): string {
  return JSON.stringify(naturalKeyOf(table).map((column) => row[column] ?? null));
}

function byAge(left: StoredDocument, right: StoredDocument): number {
  return left._creationTime - right._creationTime || (left._id < right._id ? -1 : 1);
}
