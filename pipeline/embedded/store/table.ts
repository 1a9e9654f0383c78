/** A table: documents by id, and indexes over them. */
import { type JSONValue, jsonToConvex, type Value } from "convex/values";
import type { DeclaredIndexes } from "../schema/declaredIndexes.js";
import type { DocumentPool, Place } from "./documentPool.js";
import { OrderedIndex } from "./orderedIndex.js";

/** A document as it lies in the store; never changed, a write puts another in its place. */
export interface StoredDocument {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly creationTime: number;
  /** Bytes, as Convex counts them. */
  readonly size: number;
  readonly place: Place;
  /** Bytes of its JSON text. */
  readonly length: number;
}

/** A document as it comes in and goes out; `json` in Convex's JSON encoding, with `_id` and `_creationTime`. */
export interface Document {
  readonly id: string;
  readonly creationTime: number;
  readonly json: string;
  readonly size: number;
}

export type Fields = Readonly<Record<string, Value | undefined>>;

export const byId = "by_id";
export const byCreationTime = "by_creation_time";

export interface TableOptions {
  readonly name: string;
  readonly number: number;
  readonly indexes: DeclaredIndexes;
  readonly pool: DocumentPool;
}

export class Table {
  readonly name: string;
  readonly number: number;
  private readonly pool: DocumentPool;
  private readonly documents = new Map<string, StoredDocument>();
  private readonly indexes = new Map<string, OrderedIndex>();
  /** Those of the schema, without `by_id` and `by_creation_time`. */
  readonly declaredIndexes: readonly OrderedIndex[];
  readonly searchIndexes: DeclaredIndexes["search"];
  readonly vectorIndexes: DeclaredIndexes["vector"];
  /** Ids of documents that are gone: an import refuses those as well. */
  private readonly buried = new Set<string>();

  constructor({ name, number, indexes, pool }: TableOptions) {
    this.name = name;
    this.number = number;
    this.pool = pool;
    this.indexes.set(byId, new OrderedIndex({ name: byId, fields: ["_id"] }));
    this.indexes.set(byCreationTime, new OrderedIndex({ name: byCreationTime, fields: ["_creationTime", "_id"] }));
    this.searchIndexes = indexes.search;
    this.vectorIndexes = indexes.vector;
    this.declaredIndexes = indexes.ordered.map(
      ({ name, fields }) => new OrderedIndex({ name, fields: [...fields, "_creationTime", "_id"] }),
    );
    for (const index of this.declaredIndexes) this.indexes.set(index.name, index);
  }

  get size(): number {
    return this.documents.size;
  }

  get(id: string): StoredDocument | null {
    return this.documents.get(id) ?? null;
  }

  /** Whether a document has this id, or ever had it. */
  hasKnown(id: string): boolean {
    return this.documents.has(id) || this.buried.has(id);
  }

  textOf(document: StoredDocument): string {
    return this.pool.read(document.place, document.length);
  }

  fieldsOf(document: StoredDocument): Fields {
    return jsonToConvex(JSON.parse(this.textOf(document)) as JSONValue) as Fields;
  }

  /** All documents, in no order. */
  all(): IterableIterator<StoredDocument> {
    return this.documents.values();
  }

  /** All documents in the order of their ids; what is written meanwhile may or may not be among them. */
  *inIdOrder(): Generator<Document> {
    for (const id of [...this.documents.keys()].sort()) {
      const document = this.documents.get(id);
      if (document === undefined) continue;
      const { creationTime, size } = document;
      yield { id, creationTime, size, json: this.textOf(document) };
    }
  }

  /** An index, built over all documents where it was not asked for before; undefined when the table has none of this name. */
  index(name: string): OrderedIndex | undefined {
    const index = this.indexes.get(name);
    if (index !== undefined && !index.isBuilt) {
      index.build([...this.documents.values()].map((document) => ({ key: this.keyIn(index, document), document })));
    }
    return index;
  }

  /** Gives the room of all documents back; the table is not to be used after. */
  clear(): void {
    for (const document of this.documents.values()) this.release(document);
    this.documents.clear();
  }

  /** Remembers the id of a document that is gone for good. */
  bury(id: string): void {
    if (!this.documents.has(id)) this.buried.add(id);
  }

  /** Puts a text into the pool; the document is in the table only once `exchange` says so. */
  store({ id, creationTime, json, size }: Document): StoredDocument {
    return { id, creationTime, size, ...this.pool.write(json) };
  }

  /** Gives back the room of a document that neither the table nor an undo log refers to any more. */
  release({ place, length }: StoredDocument): void {
    this.pool.release(place, length);
  }

  /**
   * Puts one document in the place of another, in the table and in all built indexes; each may be null. O(log n) an index.
   *
   * @param before what stands there
   * @param fields of the two, where the caller has them at hand
   */
  exchange(
    before: StoredDocument | null,
    after: StoredDocument | null,
    fields: { readonly before?: Fields | undefined; readonly after?: Fields | undefined } = {},
  ): void {
    let old: Fields | null = fields.before ?? null;
    let next: Fields | null = fields.after ?? null;
    for (const index of this.indexes.values()) {
      if (!index.isBuilt) continue;
      if (before !== null) old ??= this.fieldsOf(before);
      if (after !== null) next ??= this.fieldsOf(after);
      const oldKey = old === null ? null : index.keyOf(old);
      const newKey = next === null ? null : index.keyOf(next);
      if (oldKey !== null && oldKey !== newKey) index.delete(oldKey);
      if (newKey !== null && after !== null) index.set(newKey, after);
    }
    if (after !== null) this.documents.set(after.id, after);
    else if (before !== null) this.documents.delete(before.id);
  }

  private keyIn(index: OrderedIndex, document: StoredDocument): string {
    const { id, creationTime } = document;
    if (index.name === byId) return index.keyOf({ _id: id });
    if (index.name === byCreationTime) return index.keyOf({ _creationTime: creationTime, _id: id });
    return index.keyOf(this.fieldsOf(document));
  }
}
