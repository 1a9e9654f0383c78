/**
 * `.withSearchIndex(…)`: documents whose text has a word of the search, the best first. Every word counts as it is written, the last one
 * also as the begin of another. There is no inverted index: a search looks at all documents that its equalities leave, through an
 * index of the table where one begins with such a field.
 */
import { compareValues, type Value } from "convex/values";
import { FunctionError } from "../functions/functionError.js";
import { encodeKey } from "../store/indexKey.js";
import { valueAt } from "../store/orderedIndex.js";
import type { StoredDocument, Table } from "../store/table.js";
import type { Transaction } from "../transaction/transaction.js";
import type { Section } from "./openScan.js";
import type { Hit, Scan } from "./scan.js";
import { scoreTexts, wordsOf } from "./scoreTexts.js";
import { decodeBound, type SearchFilter } from "./serializedQuery.js";

/** Documents that a search gives at most. */
const mostHits = 1024;
const mostWords = 16;

/**
 * Opens the hits of a search.
 *
 * @throws FunctionError for an index that is not declared or a field that is none of its
 */
export function openTextSearch(
  { table, indexName, filters }: { table: Table; indexName: string; filters: readonly SearchFilter[] },
  transaction: Transaction,
  section: Section,
): Scan {
  const index = table.searchIndexes.find(({ name }) => name === indexName);
  if (index === undefined) throw new FunctionError(`Index ${table.name}.${indexName} not found.`);
  const [search, ...others] = filters.filter((filter) => filter.type === "Search");
  if (search === undefined || others.length > 0 || search.fieldPath !== index.searchField) {
    throw new FunctionError(
      `Search query against ${table.name}.${indexName} must search once, in ${index.searchField}`,
    );
  }
  const equalities = new Map<string, Value | undefined>();
  for (const filter of filters) {
    if (filter.type === "Search") continue;
    if (!index.filterFields.includes(filter.fieldPath)) {
      throw new FunctionError(`${filter.fieldPath} is no filter field of ${table.name}.${indexName}`);
    }
    equalities.set(filter.fieldPath, decodeBound(filter.value));
  }
  const texts: { document: StoredDocument; text: string }[] = [];
  const path = index.searchField.split(".");
  for (const document of candidates(table, equalities)) {
    const fields = table.fieldsOf(document);
    const text = valueAt(fields, path);
    const isMeant = [...equalities].every(
      ([field, value]) => compareValues(valueAt(fields, field.split(".")), value) === 0,
    );
    if (isMeant && typeof text === "string") texts.push({ document, text });
  }
  const words = wordsOf(search.value).slice(0, mostWords);
  return new SearchScan(transaction, table, indexName, scoreTexts(texts, words), section);
}

/** The documents that an index finds for the equalities, as far as it goes; all where none begins with such a field. */
function* candidates(table: Table, equalities: ReadonlyMap<string, Value | undefined>): Generator<StoredDocument> {
  const depths = table.declaredIndexes.map(({ name, fields }) => {
    const end = fields.findIndex((field) => !equalities.has(field));
    return { name, known: fields.slice(0, end === -1 ? fields.length : end) };
  });
  const deepest = depths.reduce((best, next) => (next.known.length > best.known.length ? next : best), {
    name: "by_creation_time",
    known: [] as readonly string[],
  });
  const index = table.index(deepest.name);
  const prefix = encodeKey(deepest.known.map((field) => equalities.get(field)));
  if (index !== undefined) for (const { document } of index.under(prefix)) yield document;
}

/** Hits in the order of their scores; a page's cursor is a place in it. */
class SearchScan implements Scan {
  private place: number;
  private readonly end: number;

  constructor(
    private readonly transaction: Transaction,
    readonly table: Table,
    private readonly indexName: string,
    private readonly hits: readonly StoredDocument[],
    { after, until }: Section,
  ) {
    this.place = after === undefined ? 0 : Number(after) + 1;
    this.end = until === undefined ? hits.length : Number(until) + 1;
  }

  next(): Hit | null {
    const { transaction, table, indexName, place } = this;
    transaction.readInterval(table, indexName, "", "\0");
    const document = place < this.end ? this.hits[place] : undefined;
    if (document === undefined) return null;
    if (place >= mostHits) {
      throw new FunctionError(
        `Search query scanned too many documents (fetched ${mostHits}). Consider using a smaller limit, paginating the query, or using a filter field to limit pagination size.`,
      );
    }
    this.place++;
    transaction.usage.readDocument(document.size);
    return { document, key: String(place) };
  }
}
