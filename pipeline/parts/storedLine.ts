/** The text form in which stored parts travel from DuckDB to a rebuild: written by `storedPartsQueries`, read here. */
import { readFileSync } from "node:fs";
import type { Original, SourceDocument, StoredPart, Transform, Value } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";

const tab = 9;
const lineFeed = 10;

/** Files of `storedPartsQueries` for the same documents. */
export interface StoredFiles {
  readonly documents: string;
  /** By table. */
  readonly rows: Readonly<Record<string, string>>;
}

/** A document with all that stands in the tables for it. */
export interface StoredLine {
  readonly d: SourceDocument;
  /** Rows by table. */
  readonly r: Readonly<Record<string, readonly SourceDocument[]>>;
  /** Entities those rows refer to, by table and `_id`. */
  readonly e: Readonly<Record<string, ReadonlyMap<string, SourceDocument>>>;
  /** Whole fields the ledger keeps. */
  readonly k: readonly (readonly [
    isOriginal: boolean,
    part: string,
    field: string,
    value: Value,
    detail: string | null,
  ])[];
}

/** Reads each document with its rows. Holds the files' bytes, and the values of one document. */
export function* readStoredLines({ documents, rows }: StoredFiles): Generator<StoredLine> {
  const tables = Object.entries(rows).map(([table, file]) => ({ table, lines: linesByKey(file) }));
  for (const { key, text } of keyedLines(readFileSync(documents))) {
    const { d, k } = decodeValue(text()) as unknown as Pick<StoredLine, "d" | "k">;
    const r: Record<string, SourceDocument[]> = {};
    const e: Record<string, Map<string, SourceDocument>> = {};
    for (const { table, lines } of tables) {
      r[table] = (lines.get(key) ?? []).map((line) => readRow(line(), e));
    }
    yield { d, r, e, k };
  }
}

/** Gives back the row; what it refers to goes to `entities`. */
function readRow(text: string, entities: Record<string, Map<string, SourceDocument>>): SourceDocument {
  const { r, e = {} } = decodeValue(text) as unknown as { r: SourceDocument; e?: Record<string, SourceDocument> };
  for (const table in e) {
    entities[table] ??= new Map();
    const entity = e[table];
    if (entity !== undefined) entities[table].set(entity._id, entity);
  }
  return r;
}

/** Decoded only when it is wanted: the bytes of a file take half the room of its texts. */
type LazyText = () => string;

function linesByKey(file: string): ReadonlyMap<string, readonly LazyText[]> {
  const lines = new Map<string, LazyText[]>();
  for (const { key, text } of keyedLines(readFileSync(file))) {
    const known = lines.get(key);
    if (known === undefined) lines.set(key, [text]);
    else known.push(text);
  }
  return lines;
}

/** Lines of a key, a tab and a text. */
function* keyedLines(bytes: Buffer): Generator<{ key: string; text: LazyText }> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(lineFeed, start);
    const stop = end === -1 ? bytes.length : end;
    const middle = bytes.indexOf(tab, start);
    yield { key: bytes.toString("latin1", start, middle), text: () => bytes.toString("utf8", middle + 1, stop) };
    start = stop + 1;
  }
}

/** What the `original` entries of a part hold, by field. */
export function originalsOf(line: StoredLine, part: string): Record<string, Original> {
  const entries = line.k.filter(([isOriginal, owner]) => isOriginal && owner === part);
  return Object.fromEntries(
    entries.map(([, , field, value, detail]) => [field, { value, detail: detail ?? undefined }]),
  );
}

/** Fields that other kept entries of a part hold whole. */
function keptOf(line: StoredLine, part: string): Record<string, Value> {
  const entries = line.k.filter(([isOriginal, owner]) => !isOriginal && owner === part);
  return Object.fromEntries(entries.map(([, , field, value]) => [field, value]));
}

/** The part of one transform as `rebuild` takes it. */
export function storedPart(transform: Transform, line: StoredLine): StoredPart {
  return {
    document: withoutMoved(transform, line.d),
    rows: rowsOf(transform, line),
    entities: line.e,
    kept: keptOf(line, transform.part),
  };
}

/** Rows of the tables that the transform's `rebuild` reads, without those of other parts. */
export function rowsOf({ writes, rebuildsFrom = {} }: Transform, { r }: StoredLine): StoredPart["rows"] {
  const rows: Record<string, readonly SourceDocument[]> = {};
  for (const table in writes) rows[table] = r[table] ?? [];
  for (const table in rebuildsFrom) rows[table] = r[table] ?? [];
  return rows;
}

/** The document as a `StoredPart` has it. */
function withoutMoved({ moves }: Transform, document: SourceDocument): SourceDocument {
  const rest: Record<string, Value | undefined> = { ...document };
  for (const field of moves) delete rest[field];
  return rest as SourceDocument;
}
