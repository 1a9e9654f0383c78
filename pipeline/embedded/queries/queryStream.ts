/** A query that is read document by document. */
import type { Store } from "../store/store.js";
import type { Transaction } from "../transaction/transaction.js";
import { openScan } from "./openScan.js";
import { Operators } from "./operators.js";
import type { Scan } from "./scan.js";
import type { SerializedQuery } from "./serializedQuery.js";

export class QueryStream {
  private readonly scan: Scan | null;
  private readonly operators: Operators;

  constructor({ source, operators }: SerializedQuery, store: Store, transaction: Transaction) {
    this.scan = openScan(source, store, transaction);
    this.operators = new Operators(operators);
  }

  /** The next document's JSON text, or null; reads no further than it needs to. */
  next(): string | null {
    const { scan, operators } = this;
    while (scan !== null && !operators.isOver) {
      const hit = scan.next();
      if (hit === null) return null;
      if (operators.pass(scan.table, hit.document)) return scan.table.textOf(hit.document);
    }
    return null;
  }
}
