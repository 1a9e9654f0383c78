/**
 * What one call of a query or mutation reads and writes. Writes go into the store at once, since only one transaction runs at a time,
 * and are taken back from an undo log when the call fails, or the function that was called within it.
 */
import { type JSONValue, jsonToConvex } from "convex/values";
import type { TransactionLimits } from "../../convexFormat/functionLimits.js";
import { documentSize } from "../../convexFormat/limits.js";
import { documentWriteCost } from "../../convexFormat/writeCost.js";
import { FunctionError } from "../functions/functionError.js";
import { encodeKey } from "../store/indexKey.js";
import type { IndexEntry, OrderedIndex } from "../store/orderedIndex.js";
import { byId, type Fields, type StoredDocument, type Table } from "../store/table.js";
import { IntervalSet } from "./intervalSet.js";
import type { NewDocuments } from "./newDocuments.js";
import { sortedKeys } from "./sortedKeys.js";
import { Usage } from "./usage.js";

/** A document's fields in Convex's JSON encoding. */
export type JsonFields = Readonly<Record<string, JSONValue>>;

interface Change {
  readonly table: Table;
  readonly id: string;
  readonly before: StoredDocument | null;
  readonly after: StoredDocument | null;
  /** Bytes of log and index entries, were this the document's last change. */
  readonly cost: number;
}

export interface TransactionOptions {
  readonly limits: TransactionLimits;
  /** Why a table cannot hold these fields, or null. */
  readonly check: (table: string, fields: Fields, size: number) => string | null;
  readonly newDocuments: NewDocuments;
}

export class Transaction {
  readonly usage: Usage;
  private readonly options: TransactionOptions;
  private readonly changes: Change[] = [];
  private readonly intervals = new Map<string, IntervalSet>();
  private intervalCount = 0;

  constructor(options: TransactionOptions) {
    this.options = options;
    this.usage = new Usage(options.limits);
  }

  /** Reads a document by its id: one interval of `by_id`, and the document where it is. */
  get(table: Table, id: string): StoredDocument | null {
    const key = encodeKey([id]);
    this.readInterval(table, byId, key, `${key}\0`);
    const document = table.get(id);
    if (document !== null) this.usage.readDocument(document.size);
    return document;
  }

  /**
   * Reads the next document of a range of an index and counts it, not yet its interval: `readInterval` does, when the reader stops.
   */
  next(index: OrderedIndex, low: string, high: string, order: "asc" | "desc"): IndexEntry | null {
    const entry = index.first(low, high, order);
    if (entry !== null) this.usage.readDocument(entry.document.size);
    return entry;
  }

  /** Counts an interval of an index as read: from `low` up to what lies before `high`. */
  readInterval(table: Table, index: string, low: string, high: string): void {
    const name = `${table.number}.${index}`;
    let intervals = this.intervals.get(name);
    if (intervals === undefined) {
      intervals = new IntervalSet();
      this.intervals.set(name, intervals);
    }
    this.intervalCount -= intervals.size;
    intervals.add(low, high);
    this.intervalCount += intervals.size;
    this.usage.readIntervals(this.intervalCount);
  }

  /** @returns the new document's id */
  insert(table: Table, fields: JsonFields): string {
    const { newDocuments } = this.options;
    const id = newDocuments.id(table.number);
    this.write(table, null, fields, id, newDocuments.creationTime());
    return id;
  }

  /** Puts fields in the place of a document's. */
  replace(table: Table, before: StoredDocument, fields: JsonFields): void {
    this.write(table, before, fields, before.id, before.creationTime);
  }

  delete(table: Table, before: StoredDocument): void {
    this.countWrite(table, 0);
    const cost = documentWriteCost(0, keyBytes(table, table.fieldsOf(before)));
    table.exchange(before, null);
    this.changes.push({ table, id: before.id, before, after: null, cost });
  }

  private write(
    table: Table,
    before: StoredDocument | null,
    given: JsonFields,
    id: string,
    creationTime: number,
  ): void {
    // In this order most documents have their keys sorted already.
    const json = sortedKeys({ _creationTime: creationTime, _id: id, ...given });
    const fields = jsonToConvex(json) as Fields;
    const size = documentSize(fields);
    const reason = this.options.check(table.name, fields, size);
    if (reason !== null) throw new FunctionError(reason);
    this.countWrite(table, size);
    const after = table.store({ id, creationTime, size, json: JSON.stringify(json) });
    table.exchange(before, after, { after: fields });
    this.changes.push({ table, id, before, after, cost: documentWriteCost(size, keyBytes(table, fields)) });
  }

  /** What Convex itself keeps, such as what is scheduled, is none of the function's writes. */
  private countWrite(table: Table, size: number): void {
    if (!table.name.startsWith("_")) this.usage.writeDocument(size);
  }

  /** A place to go back to. */
  savepoint(): number {
    return this.changes.length;
  }

  /** Takes back everything written since a savepoint, the last first; by default all. */
  undo(savepoint = 0): void {
    while (this.changes.length > savepoint) {
      const change = this.changes.pop();
      if (change === undefined) return;
      const { table, before, after } = change;
      table.exchange(after, before);
      if (after !== null) table.release(after);
    }
  }

  /**
   * Lets go of what the writes have replaced. The transaction is over.
   *
   * @returns bytes of log and index entries: a document that was written several times goes to the log once, as it is in the end
   */
  commit(): number {
    const costs = new Map(this.changes.map(({ id, cost }) => [id, cost]));
    for (const { table, before, after } of this.changes) {
      if (before === null) continue;
      table.release(before);
      if (after === null) table.bury(before.id);
    }
    this.changes.length = 0;
    let sum = 0;
    for (const cost of costs.values()) sum += cost;
    return sum;
  }
}

/** For each declared index, the bytes of a document's values in its fields. */
function keyBytes(table: Table, fields: Fields): number[] {
  return table.declaredIndexes.map((index) => index.keyBytes(fields));
}
