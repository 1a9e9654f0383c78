/** A part as its transform reads it: the live twin of the pipeline's pass queries. */
import type { Value } from "convex/values";
import type {
  Environment,
  Fields,
  LookedUp,
  Lookup,
  PartInput,
  SourceDocument,
  Transform,
} from "../../transforms/defineTransform.js";
import { type AnyReader, findDocument, idIn, type StoredDocument } from "../documents.js";

/** The first index of a document in an array that is gone from the looked-up document; null when no row tells it. */
export type IndexFromRow = (lookup: Lookup, target: StoredDocument) => number | null;

/**
 * Looks up what a transform declares, and gives it no more than that.
 *
 * @param document the whole document, its moved fields as the part's value says (see `partValue`)
 * @param indexFromRow answers `firstIndexOf` where the array is gone
 */
export async function readPart(
  db: AnyReader,
  transform: Transform,
  document: SourceDocument,
  indexFromRow: IndexFromRow,
): Promise<PartInput> {
  const lookup: Record<string, LookedUp> = {};
  const lookupMany: Record<string, ReadonlyMap<string, SourceDocument>> = {};
  for (const [name, declared] of Object.entries(transform.reads.lookups)) {
    if (declared.via.includes("[]")) {
      lookupMany[name] = await lookUpMany(db, declared, document);
    } else {
      const target = await findDocument(db, declared.table, referenceOf(declared.via, document, lookup));
      lookup[name] = target && lookedUp(declared, target, document._id, indexFromRow);
    }
  }
  return { document: limited(document, transform.reads.fields), lookup, lookupMany, environment: environmentOf(db) };
}

/** Facts the deployment itself knows. A file that is missing there is noted offline and changes no row, so it is not looked for. */
export function environmentOf(db: AnyReader): Environment {
  return {
    isIdOf: (table, text) => (table.startsWith("_") ? db.system : db).normalizeId(table, text) === text,
    storageListed: false,
  };
}

function limited(document: SourceDocument, fields: readonly string[]): SourceDocument {
  const { _id, _creationTime } = document;
  return { ...Object.fromEntries(fields.map((field) => [field, document[field]])), _id, _creationTime };
}

function lookedUp(
  declared: Lookup,
  target: StoredDocument,
  documentId: string,
  indexFromRow: IndexFromRow,
): SourceDocument {
  const found = limited(target, declared.fields);
  if (declared.firstIndexOf === undefined) return found;
  const array = target[declared.firstIndexOf];
  const index = Array.isArray(array) ? array.indexOf(documentId) : (indexFromRow(declared, target) ?? -1);
  return index < 0 ? found : { ...found, _index: index };
}

/** What stands at a `via` without `[]`; see `Lookup.via`. */
function referenceOf(
  via: string,
  document: SourceDocument,
  lookups: Readonly<Record<string, LookedUp>>,
): Value | undefined {
  const [head = "", inner] = via.split(".");
  if (inner === undefined) return document[head];
  return fieldOf(head in lookups ? (lookups[head] ?? undefined) : document[head], inner);
}

async function lookUpMany(
  db: AnyReader,
  { via, table, fields }: Lookup,
  document: SourceDocument,
): Promise<ReadonlyMap<string, SourceDocument>> {
  const [array = "", path = ""] = via.split("[]");
  const items = document[array];
  if (!Array.isArray(items)) return new Map();
  const references = items.map((item: Value) => (path === "" ? item : fieldOf(item, path.slice(1))));
  const ids = new Set(references.filter((reference): reference is string => typeof reference === "string"));
  if (table.startsWith("_")) return new Map([...ids].map((id) => [id, { _id: id, _creationTime: 0 }]));
  const found = await Promise.all(
    [...ids].filter((id) => idIn(db, table, id) !== null).map((id) => findDocument(db, table, id)),
  );
  return new Map(found.filter((target) => target !== null).map((target) => [target._id, limited(target, fields)]));
}

function fieldOf(value: Value | Fields | undefined, field: string): Value | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof ArrayBuffer)
    return undefined;
  return (value as Fields)[field];
}
