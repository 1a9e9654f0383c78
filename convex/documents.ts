/**
 * Documents as the sync engine sees them. It works over tables that are named by data (a transform's `writes`, a lookup's
 * `table`), which the typed database cannot follow; the one way from the typed to the untyped side stands here.
 */
import type {
  AnyDataModel,
  DocumentByName,
  GenericDatabaseReader,
  GenericDatabaseWriter,
  GenericTableInfo,
  Query,
} from "convex/server";
import type { GenericId, Value } from "convex/values";
import type { SourceDocument } from "../transforms/defineTransform.js";
import type { DataModel } from "./runtime.js";

export type Doc<Table extends keyof DataModel & string> = DocumentByName<DataModel, Table>;

/** A database whose tables are named by data. */
export type AnyReader = GenericDatabaseReader<AnyDataModel>;
export type AnyWriter = GenericDatabaseWriter<AnyDataModel>;

/** A document of any table. */
export type StoredDocument = SourceDocument & Readonly<Record<string, Value>>;

export function anyReader(db: GenericDatabaseReader<DataModel>): AnyReader {
  return db as unknown as AnyReader;
}

export function anyWriter(db: GenericDatabaseWriter<DataModel>): AnyWriter {
  return db as unknown as AnyWriter;
}

/** The id behind a text, which comes from a document or from outside: null when it is none of that table. */
export function idIn(db: AnyReader, table: string, text: unknown): GenericId<string> | null {
  return typeof text === "string" ? db.normalizeId(table, text) : null;
}

/** The document a text names; null when it is no id of that table, or points at nothing. */
export async function findDocument(db: AnyReader, table: string, text: unknown): Promise<StoredDocument | null> {
  const id = idIn(db, table, text);
  return id === null ? null : ((await db.get(id)) as StoredDocument | null);
}

/** Documents of a table in the order of one of its indexes, those whose leading fields have these values. */
export async function documentsBy(
  db: AnyReader,
  table: string,
  index: string,
  leading: readonly (readonly [field: string, value: Value | undefined])[],
): Promise<StoredDocument[]> {
  return (await rangeBy(db, table, index, leading).collect()) as StoredDocument[];
}

/** The same, not read yet: for `first`, `take` and `paginate`. */
export function rangeBy(
  db: AnyReader,
  table: string,
  index: string,
  leading: readonly (readonly [field: string, value: Value | undefined])[],
) {
  const indexed = db.query(table) as unknown as IndexedTable;
  return indexed.withIndex(index, (range) =>
    leading.reduce((narrowed, [field, value]) => narrowed.eq(field, value), range),
  );
}

/** Convex types a range by its index's fields one after another, which a loop over named fields cannot show. */
interface IndexedTable {
  withIndex(index: string, range: (range: EqualityRange) => EqualityRange): Query<GenericTableInfo>;
}

interface EqualityRange {
  eq(field: string, value: Value | undefined): EqualityRange;
}
