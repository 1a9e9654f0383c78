/**
 * What is remembered of a part that only its rows and originals hold: a fingerprint of these. Whoever moves or edits such a part on
 * purpose writes it anew; what went past the migration did not, and that is how `verify` and rebuild notice it.
 *
 * It names rows by their ids, not by their values: a tag that is renamed, or an url of which more is known, changes what many parts give
 * back, and touches none of them.
 */
import { contentHash } from "../../transforms/contentHash.js";
import type { Transform } from "../../transforms/defineTransform.js";
import type { Original } from "../../transforms/original.js";
import { type AnyReader, type AnyWriter, documentsBy, type StoredDocument } from "../documents.js";
import { readOriginals, writeOriginals } from "./originals.js";
import { type RowsByTable, rowsOfPart } from "./storedPart.js";

type Originals = Readonly<Record<string, Original>>;

/** Remembers what holds a part now; nothing where nothing does. */
export async function rememberMoved(
  db: AnyWriter,
  transform: Transform,
  documentId: string,
  rows: RowsByTable,
  originals: Originals,
): Promise<void> {
  const { phase: migrationId, part, table, moves, derivedFrom } = transform;
  if (moves.length === 0 || derivedFrom !== undefined) return;
  const fingerprint = fingerprintOf(transform, rows, originals);
  const known = await movedPart(db, transform, documentId);
  if (fingerprint === null) await forgetMoved(db, transform, documentId);
  else if (known === null) await db.insert("unnestMovedParts", { migrationId, table, documentId, part, fingerprint });
  else if (known.fingerprint !== fingerprint) await db.patch(known._id, { fingerprint });
}

/** Remembers anew what holds a part of which something is remembered. */
export async function rememberAgain(db: AnyWriter, transform: Transform, documentId: string): Promise<void> {
  if ((await movedPart(db, transform, documentId)) === null) return;
  const rows = await rowsOfPart(db, transform, documentId);
  await rememberMoved(db, transform, documentId, rows, await readOriginals(db, transform, documentId));
}

/** The part's old fields stand again, or its document is gone: nothing is kept beside its rows. */
export async function forgetKept(db: AnyWriter, transform: Transform, documentId: string): Promise<void> {
  await writeOriginals(db, transform, documentId, {});
  await forgetMoved(db, transform, documentId);
}

async function forgetMoved(db: AnyWriter, transform: Transform, documentId: string): Promise<void> {
  const known = await movedPart(db, transform, documentId);
  if (known !== null) await db.delete(known._id);
}

/** What is remembered of a part; null where that is nothing. One index range over the document's parts, which are few. */
export async function movedPart(
  db: AnyReader,
  { table, part }: Pick<Transform, "table" | "part">,
  documentId: string,
): Promise<StoredDocument | null> {
  const parts = await documentsBy(db, "unnestMovedParts", "by_document", [
    ["table", table],
    ["documentId", documentId],
  ]);
  return parts.find((moved) => moved.part === part) ?? null;
}

/** Did rows or originals of a remembered part come or go past the migration? */
export async function isAltered(
  db: AnyReader,
  transform: Transform,
  { documentId, fingerprint }: StoredDocument,
): Promise<boolean> {
  const rows = await rowsOfPart(db, transform, String(documentId));
  const originals = await readOriginals(db, transform, String(documentId));
  return fingerprintOf(transform, rows, originals) !== fingerprint;
}

/** Null where nothing holds the part. */
function fingerprintOf({ writes }: Transform, rows: RowsByTable, originals: Originals): string | null {
  const ids = Object.keys(writes).flatMap((table) => (rows[table] ?? []).map(({ _id }) => _id));
  const fields = Object.keys(originals);
  return ids.length + fields.length === 0 ? null : contentHash([ids.sort(), fields.sort()]);
}
