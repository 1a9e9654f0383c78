import type { Value } from "convex/values";
import { contentHash } from "./contentHash.js";
import type { PartInput, SourceDocument, Transform } from "./defineTransform.js";

/**
 * A hash over all that a part's transform reads, in the document and in looked-up ones, absence included (spec 5). Two sides
 * with the same fingerprint get the same rows from the transform, so rows mapped from a snapshot may be written where the live
 * document has it. Linear in what is read.
 *
 * Left out are lookups of system tables (`_storage`): whether a file is there is only noted and changes no row, and a
 * deployment would have to read every file's document.
 */
export function fingerprint(transform: Transform, { document, lookup, lookupMany }: PartInput): string {
  const { fields, lookups } = transform.reads;
  const read: Record<string, Value> = { part: transform.part, document: readOf(document, fields) };
  for (const [name, { table, via, fields: wanted }] of Object.entries(lookups)) {
    if (table.startsWith("_")) continue;
    if (via.includes("[]")) read[`many ${name}`] = readMany(lookupMany[name], wanted);
    else read[`one ${name}`] = readOne(lookup[name], wanted);
  }
  return contentHash(read);
}

function readOf(document: SourceDocument, fields: readonly string[]): Value {
  return Object.fromEntries(["_id", "_creationTime", ...fields].map((field) => [field, document[field]])) as Value;
}

/** A looked-up document's `_creationTime` is nothing a transform may use but by way of `fields`. */
function readOne(found: SourceDocument | null | undefined, fields: readonly string[]): Value {
  if (!found) return null;
  return Object.fromEntries(["_id", "_index", ...fields].map((field) => [field, found[field]])) as Value;
}

function readMany(found: ReadonlyMap<string, SourceDocument> | undefined, fields: readonly string[]): Value {
  const documents = [...(found ?? new Map<string, SourceDocument>()).values()];
  return documents.sort((left, right) => (left._id < right._id ? -1 : 1)).map((document) => readOne(document, fields));
}
