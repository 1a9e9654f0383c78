import type { Value } from "convex/values";
import type { PartEntry, SourceDocument, StoredPart, Transform } from "./defineTransform.js";
import { jsonPointer } from "./jsonPointer.js";
import { rowsMeant } from "./rowsMeant.js";
import { rowTables } from "./rowTables.js";

/** What an `original` entry holds of a moved field: `value` and `detail` of the entry. */
export interface Original {
  /** The field whole; `[]` where the document has none. */
  readonly value: Value;
  readonly detail?: string | undefined;
}

/** How the field and the part's rows met when the entry was made; rows are named by `Transform.identity`. */
export interface OriginalRows {
  /** For each element of the field, in order, the row it gave; null for one that gave none. */
  readonly elements: readonly (string | null)[];
  /** Rows that would stand in the rebuilt field although no element gave them: the field is to be free of them. */
  readonly others: readonly string[];
}

/**
 * The `original` entry (kept) of a moved field which the rows alone do not give back.
 *
 * Its `detail` is `OriginalRows` as JSON, left out where no row has to do with the field: without it a later rebuild
 * could not tell an element that never gave a row from one whose row was deleted since.
 *
 * @param document with its moved fields.
 * @param stored the part's rows as this document gave them; they must not have been edited since.
 */
export function originalEntry(
  transform: Transform,
  document: SourceDocument,
  field: string,
  stored: StoredPart,
): PartEntry {
  const rows = rowsByIdentity(transform, stored);
  const meant = rowsMeant(transform, document);
  const elements = elementsIn(transform, document, field).map(({ path }) => {
    const row = meant.get(path);
    const name = row === undefined ? undefined : transform.identity?.(row.value);
    return name !== undefined && rows.has(name) ? name : null;
  });
  const given = new Set(elements);
  const others = [...rows].filter(([name, row]) => !given.has(name) && field in rowAlone(transform, stored, row));
  const met: OriginalRows = { elements, others: others.map(([name]) => name).sort() };
  const isBare = others.length === 0 && elements.every((name) => name === null);
  const found = document[field];
  const value = found === undefined ? [] : found;
  return {
    code: "original",
    kind: "kept",
    path: jsonPointer(field),
    value,
    ...(isBare ? {} : { detail: JSON.stringify(met) }),
  };
}

/** Reads an entry's `detail`; one that is missing or unreadable says that no row has to do with the field. */
export function readOriginalRows(detail: string | undefined): OriginalRows {
  if (detail === undefined) return { elements: [], others: [] };
  try {
    const { elements, others } = JSON.parse(detail) as Partial<OriginalRows>;
    return { elements: Array.isArray(elements) ? elements : [], others: Array.isArray(others) ? others : [] };
  } catch {
    return { elements: [], others: [] };
  }
}

/** The elements of one moved field. */
export function elementsIn(transform: Transform, document: SourceDocument, field: string) {
  const path = jsonPointer(field);
  return transform
    .elementsOf(document)
    .filter((element) => element.path === path || element.path.startsWith(`${path}/`));
}

/** All rows of a part by what names them. */
export function rowsByIdentity(transform: Transform, { rows }: StoredPart): ReadonlyMap<string, SourceDocument> {
  const all = Object.values(rows).flat();
  return new Map(all.map((row) => [transform.identity?.(row) ?? row._id, row]));
}

/** The moved fields as they would be if this were the part's only row. */
export function rowAlone(transform: Transform, stored: StoredPart, row: SourceDocument) {
  return transform.rebuild({ ...stored, rows: onlyRows(transform, [row]), kept: {} });
}

/** Rows as a part that has one table of them stores them. */
export function onlyRows(transform: Transform, rows: readonly SourceDocument[]): StoredPart["rows"] {
  return Object.fromEntries(rowTables(transform).map((table) => [table, rows]));
}
