import type { Environment, LookedUp, MeantRow, SourceDocument, Transform } from "./defineTransform.js";

/** An environment in which no id is wrong and no file is missed. */
const anything: Environment = { isIdOf: () => true, storageListed: false };

/**
 * The rows that the elements of a document's moved fields stand for, by the element's path, as if every reference of the
 * document were fine. What the references are worth shows elsewhere: in whether such a row is stored.
 */
export function rowsMeant(transform: Transform, document: SourceDocument): ReadonlyMap<string, MeantRow> {
  const rows = transform.rowsMeant?.(document) ?? transform.map(everythingFound(transform, document)).rows;
  return new Map(rows.map((row) => [row.path, row]));
}

function everythingFound(transform: Transform, document: SourceDocument) {
  const lookup = Object.fromEntries(
    Object.keys(transform.reads.lookups).map((name): [string, LookedUp] => [name, { _id: name, _creationTime: 0 }]),
  );
  return { document, lookup, lookupMany: {}, environment: anything };
}
