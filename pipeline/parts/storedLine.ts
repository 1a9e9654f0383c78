/** The text form in which stored parts travel from DuckDB to a rebuild: written by `storedPartsQuery`, read here. */
import type { Fields, Original, SourceDocument, StoredPart, Transform, Value } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";

export interface StoredLine {
  readonly d: SourceDocument;
  /** Rows by table; a row carries the entities it refers to under `entityProperty`. */
  readonly r: Readonly<Record<string, readonly SourceDocument[] | undefined>>;
  /** Whole fields the ledger keeps. */
  readonly k: readonly (readonly [
    isOriginal: boolean,
    part: string,
    field: string,
    value: Value,
    detail: string | null,
  ])[];
}

const entityPrefix = "#";

/** Property of a stored row that holds the entity of that table; no column starts with `#`. */
export const entityProperty = (table: string): string => `${entityPrefix}${table}`;

export function readStoredLine(text: string): StoredLine {
  return decodeValue(text) as unknown as StoredLine;
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
  const rows: Record<string, SourceDocument[]> = {};
  const entities: Record<string, Map<string, SourceDocument>> = {};
  for (const table of [...Object.keys(transform.writes), ...Object.keys(transform.rebuildsFrom ?? {})]) {
    rows[table] = (line.r[table] ?? []).map((row) => withoutEntities(row, entities));
  }
  return { document: withoutMoved(transform, line.d), rows, entities, kept: keptOf(line, transform.part) };
}

/** The document as a `StoredPart` has it. */
function withoutMoved({ moves }: Transform, document: SourceDocument): SourceDocument {
  const rest: Record<string, Value | undefined> = { ...document };
  for (const field of moves) delete rest[field];
  return rest as SourceDocument;
}

/** The row's own columns; what it embeds goes to `entities`. */
function withoutEntities(row: SourceDocument, entities: Record<string, Map<string, SourceDocument>>): SourceDocument {
  const columns: Record<string, Fields[string]> = {};
  for (const [name, value] of Object.entries(row)) {
    if (!name.startsWith(entityPrefix)) {
      columns[name] = value;
      continue;
    }
    const table = name.slice(entityPrefix.length);
    const known = entities[table] ?? new Map<string, SourceDocument>();
    entities[table] = known;
    const entity = value as unknown as SourceDocument | null;
    if (entity !== null) known.set(entity._id, entity);
  }
  return columns as SourceDocument;
}
