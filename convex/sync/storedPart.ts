/** A part as its tables hold it. */

import type { Fields, SourceDocument, StoredPart, Transform } from "../../transforms/defineTransform.js";
import type { Original } from "../../transforms/original.js";
import { rebuildPart } from "../../transforms/rebuildPart.js";
import { type AnyReader, documentsBy, findDocument, type StoredDocument } from "../documents.js";
import { columnsReferring, indexLedBy } from "../tableFacts.js";
import { readOriginals } from "./originals.js";
import { withBookkeeping } from "./withBookkeeping.js";

/** Rows by table. */
export type RowsByTable = Readonly<Record<string, readonly StoredDocument[]>>;

/** The rows this part alone writes: one index range a table. */
export async function rowsOfPart(db: AnyReader, transform: Transform, documentId: string): Promise<RowsByTable> {
  return await rowsIn(db, transform.writes, documentId);
}

/** The id of the document whose part a row belongs to. */
export function parentIdOf({ writes }: Transform, table: string, row: Fields): string {
  return String(row[writes[table] ?? ""]);
}

async function rowsIn(
  db: AnyReader,
  parents: Readonly<Record<string, string>>,
  documentId: string,
): Promise<RowsByTable> {
  const rows = Object.entries(parents).map(
    async ([table, column]): Promise<[string, readonly StoredDocument[]]> => [
      table,
      await documentsBy(db, table, indexLedBy(table, column), [[column, documentId]]),
    ],
  );
  return Object.fromEntries(await Promise.all(rows));
}

/**
 * The part for giving its old fields back: its rows, those of another part that it is rebuilt from, and the entities they refer to.
 * Nothing is kept beside the rows online but originals, which `rebuildPart` takes apart from this.
 *
 * @param rows the rows this part writes, when they are known.
 */
export async function storedPartOf(
  db: AnyReader,
  transform: Transform,
  document: SourceDocument,
  rows?: RowsByTable,
): Promise<StoredPart> {
  const others = Object.entries(transform.rebuildsFrom ?? {}).filter(
    (from): from is [string, string] => from[1] !== null,
  );
  const found = {
    ...(rows ?? (await rowsOfPart(db, transform, document._id))),
    ...(await rowsIn(db, Object.fromEntries(others), document._id)),
  };
  const all: RowsByTable = Object.fromEntries(
    Object.entries(found).map(([table, stored]) => [table, withBookkeeping(table, stored)]),
  );
  return { document, rows: all, entities: await entitiesOf(db, transform, all), kept: {} };
}

async function entitiesOf(db: AnyReader, transform: Transform, rows: RowsByTable): Promise<StoredPart["entities"]> {
  const entities: Record<string, ReadonlyMap<string, SourceDocument>> = {};
  for (const target of transform.mentions) {
    const ids = new Set<unknown>();
    for (const [table, stored] of Object.entries(rows)) {
      for (const column of columnsReferring(table, target)) for (const row of stored) ids.add(row[column]);
    }
    const found = await Promise.all([...ids].map((id) => findDocument(db, target, id)));
    entities[target] = new Map(found.filter((entity) => entity !== null).map((entity) => [entity._id, entity]));
  }
  return entities;
}

/** The moved fields as rows and originals give them back (spec 5, Rebuild). */
export async function rebuiltFields(
  db: AnyReader,
  transform: Transform,
  document: SourceDocument,
  rows?: RowsByTable,
): Promise<Fields> {
  const originals: Readonly<Record<string, Original>> = await readOriginals(db, transform, document._id);
  return rebuildPart(transform, await storedPartOf(db, transform, document, rows), originals);
}
