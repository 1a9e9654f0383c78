/**
 * Documents as the sync engine sees them. It works over tables that are named by data (a transform's `writes`, a lookup's
 * `table`), which the typed database cannot follow; the one way from the typed to the untyped side stands here.
 */
import type {
  DocumentByName,
  GenericDatabaseReader,
  GenericDatabaseWriter,
  GenericTableInfo,
  OrderedQuery,
  Query,
} from "convex/server";
import type { Value } from "convex/values";
import type { Fields, SourceDocument } from "../transforms/defineTransform.js";
import type { DataModel } from "./runtime.js";

export type Doc<Table extends keyof DataModel & string> = DocumentByName<DataModel, Table>;

/** A document of any table. */
export type StoredDocument = SourceDocument & Readonly<Record<string, Value>>;

/** A table named by data: its documents are of any shape, its indexes are named by texts. */
interface AnyTable extends GenericTableInfo {
  document: StoredDocument;
}

/** Convex types a range by its index's fields one after another, which a loop over named fields cannot show. */
interface EqualityRange {
  eq(field: string, value: Value | undefined): EqualityRange;
  gt(field: string, value: Value): { lt(field: string, value: Value): unknown };
}

interface AnyQuery extends Query<AnyTable> {
  withIndex(index: string, range?: (range: EqualityRange) => unknown): Query<AnyTable>;
}

/** A database whose tables and ids are texts. */
export interface AnyReader {
  get(id: string): Promise<StoredDocument | null>;
  query(table: string): AnyQuery;
  normalizeId(table: string, text: string): string | null;
  readonly system: Pick<AnyReader, "get" | "normalizeId">;
}

export interface AnyWriter extends AnyReader {
  insert(table: string, fields: Fields): Promise<string>;
  /** Fields that are undefined go. */
  patch(id: string, fields: Fields): Promise<void>;
  replace(id: string, fields: Fields): Promise<void>;
  delete(id: string): Promise<void>;
}

export function anyReader(db: GenericDatabaseReader<DataModel>): AnyReader {
  return db as unknown as AnyReader;
}

export function anyWriter(db: GenericDatabaseWriter<DataModel>): AnyWriter {
  return db as unknown as AnyWriter;
}

/** The id behind a text, which comes from a document or from outside: null when it is none of that table. */
export function idIn(db: AnyReader, table: string, text: unknown): string | null {
  return typeof text === "string" ? db.normalizeId(table, text) : null;
}

/** The document a text names; null when it is no id of that table, or points at nothing. */
export async function findDocument(db: AnyReader, table: string, text: unknown): Promise<StoredDocument | null> {
  const id = idIn(db, table, text);
  return id === null ? null : await db.get(id);
}

/** Fields of an index with the values a range holds them to, in the index's order. */
export type Leading = readonly (readonly [field: string, value: Value | undefined])[];

/** Documents in the order of one of their table's indexes whose leading fields have these values, all of them. */
export async function documentsBy(
  db: AnyReader,
  table: string,
  index: string,
  leading: Leading,
): Promise<StoredDocument[]> {
  return await rangeBy(db, table, index, leading).collect();
}

/** The same, not read yet: for `first`, `take` and `paginate`. */
export function rangeBy(db: AnyReader, table: string, index: string, leading: Leading): OrderedQuery<AnyTable> {
  return db
    .query(table)
    .withIndex(index, (range) => leading.reduce((narrowed, [field, value]) => narrowed.eq(field, value), range));
}
