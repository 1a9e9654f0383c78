/** A serialized query's source → the scan of an index, or the hits of a text search. */
import { FunctionError } from "../functions/functionError.js";
import type { Store } from "../store/store.js";
import { byCreationTime, type Table } from "../store/table.js";
import type { Transaction } from "../transaction/transaction.js";
import { keyRange, wholeIndex } from "./indexRange.js";
import { IndexScan, type Scan } from "./scan.js";
import type { Order, SerializedSource } from "./serializedQuery.js";
import { openTextSearch } from "./textSearch.js";

/** The part of a source that a page is: what stands behind one key, up to another, in the source's order. */
export interface Section {
  readonly after?: string | undefined;
  /** Inclusive. */
  readonly until?: string | undefined;
}

/** @throws FunctionError for a table or index that is not there, or a range that its index does not have */
export function openScan(
  source: SerializedSource,
  store: Store,
  transaction: Transaction,
  section: Section = {},
): Scan | null {
  const [name = "", indexName = byCreationTime] =
    source.type === "FullTableScan" ? [source.tableName] : source.indexName.split(".");
  const table = store.table(name);
  // A table of which nothing is known holds nothing.
  if (table === undefined) return null;
  if (source.type === "Search") {
    return openTextSearch({ table, indexName, filters: source.filters }, transaction, section);
  }
  const index = table.index(indexName);
  if (index === undefined) throw new FunctionError(missingIndex(table, indexName));
  const range = source.type === "FullTableScan" ? wholeIndex : keyRange(source.range, index.fields);
  const order = source.order ?? "asc";
  return new IndexScan(transaction, { table, index, order, range: cut(range, section, order) });
}

function cut({ low, high }: { low: string; high: string }, { after, until }: Section, order: Order) {
  if (order === "asc") {
    const from = after === undefined ? low : larger(low, `${after}\0`);
    return { low: from, high: until === undefined ? high : smaller(high, `${until}\0`) };
  }
  return {
    low: until === undefined ? low : larger(low, until),
    high: after === undefined ? high : smaller(high, after),
  };
}

const larger = (a: string, b: string): string => (a > b ? a : b);
const smaller = (a: string, b: string): string => (a < b ? a : b);

function missingIndex({ name }: Table, index: string): string {
  return `Index ${name}.${index} not found.`;
}
