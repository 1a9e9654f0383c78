/** Where a query's documents come from, one after another. */
import type { OrderedIndex } from "../store/orderedIndex.js";
import type { StoredDocument, Table } from "../store/table.js";
import type { Transaction } from "../transaction/transaction.js";
import type { KeyRange } from "./indexRange.js";
import type { Order } from "./serializedQuery.js";

export interface Hit {
  readonly document: StoredDocument;
  /** Where it stands in its scan's order; a page's cursor. */
  readonly key: string;
}

export interface Scan {
  readonly table: Table;
  /** The next document, which then counts as read; null at the end. */
  next(): Hit | null;
}

/** A range of an index. What is written behind the place it has come to is seen, as what was written before it began. */
export class IndexScan implements Scan {
  readonly table: Table;
  private low: string;
  private high: string;
  private readonly whole: KeyRange;

  constructor(
    private readonly transaction: Transaction,
    { table, index, range, order }: { table: Table; index: OrderedIndex; range: KeyRange; order: Order },
  ) {
    this.table = table;
    this.index = index;
    this.order = order;
    this.whole = range;
    this.low = range.low;
    this.high = range.high;
  }

  private readonly index: OrderedIndex;
  private readonly order: Order;

  next(): Hit | null {
    const { transaction, table, index, order, whole } = this;
    const entry = transaction.next(index, this.low, this.high, order);
    if (entry === null) {
      transaction.readInterval(table, index.name, whole.low, whole.high);
      return null;
    }
    if (order === "asc") {
      this.low = `${entry.key}\0`;
      transaction.readInterval(table, index.name, whole.low, this.low);
    } else {
      this.high = entry.key;
      transaction.readInterval(table, index.name, this.high, whole.high);
    }
    return entry;
  }
}
