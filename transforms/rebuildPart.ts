import type { Value } from "convex/values";
import type { Fields, SourceDocument, StoredPart, Transform } from "./defineTransform.js";
import { jsonPointer } from "./jsonPointer.js";
import { elementsIn, type Original, onlyRows, readOriginalRows, rowAlone, rowsByIdentity } from "./original.js";
import { rowsMeant } from "./rowsMeant.js";
import { isObject, sameValue } from "./sameValue.js";

/**
 * The moved fields of a part from its rows and its `original` entries (spec 5, Rebuild). A field without an original is its
 * rows in order. A field with one is its elements in order: one whose row lives with that row's values, one whose row is
 * gone dropped, one that gave no row as it was; then rows that no element gave. A field that the ledger kept whole counts
 * as an original of which no element gave a row.
 *
 * Of rows that nobody has edited, originals give back exactly the fields they hold. Total, like `map`. Linear in the part,
 * but for a part with originals, where each of their rows is rebuilt alone.
 *
 * @param originals by field.
 */
export function rebuildPart(
  transform: Transform,
  stored: StoredPart,
  originals: Readonly<Record<string, Original>>,
): Fields {
  const rebuilt = transform.rebuild(stored);
  const wholes = new Map<string, Original>([
    ...Object.entries(stored.kept).map(([field, value]): [string, Original] => [field, { value }]),
    ...Object.entries(originals),
  ]);
  if (wholes.size === 0) return rebuilt;

  const fields = Object.fromEntries([...wholes].map(([field, { value }]) => [field, value]));
  const document: SourceDocument = { ...stored.document, ...rebuilt, ...fields };
  const restored = [...wholes].map(([field, original]) => [
    field,
    restore(transform, stored, document, field, original),
  ]);
  return { ...rebuilt, ...Object.fromEntries(restored) };
}

function restore(
  transform: Transform,
  stored: StoredPart,
  document: SourceDocument,
  field: string,
  { value, detail }: Original,
): Value {
  const { elements, others } = readOriginalRows(detail);
  const rows = rowsByIdentity(transform, stored);
  const meant = rowsMeant(transform, document);
  const fates = new Map<string, Fate>();
  elementsIn(transform, document, field).forEach((element, index) => {
    const name = elements[index] ?? null;
    const row = name === null ? undefined : rows.get(name);
    if (name === null) fates.set(element.path, element);
    else if (row === undefined) fates.set(element.path, "gone");
    else {
      const born = meant.get(element.path);
      const before = born && elementOf(transform, stored, field, { _id: "", _creationTime: 0, ...born.value });
      const now = elementOf(transform, stored, field, row);
      fates.set(element.path, edited(field, element.value, before, now));
    }
  });

  const known = new Set<string | null>([...elements, ...others]);
  const later = [...rows].filter(([name]) => !known.has(name)).map(([, row]) => row);
  const added = transform.rebuild({ ...stored, rows: onlyRows(transform, later), kept: {} })[field];
  return joined(fill(value, jsonPointer(field), fates), added);
}

/** What becomes of an element of an original. */
type Fate = { readonly value: Value } | "gone";

/** The one element of a field that a row gives; where it gives none there, the element it gives in another field. */
function elementOf(
  transform: Transform,
  stored: StoredPart,
  field: string,
  row: SourceDocument,
): { readonly value: Value; readonly path: string } | undefined {
  const alone: SourceDocument = { _id: "", _creationTime: 0, ...rowAlone(transform, stored, row) };
  return elementsIn(transform, alone, field)[0] ?? transform.elementsOf(alone)[0];
}

type RowElement = ReturnType<typeof elementOf>;

/**
 * The element with what was edited in its row: untouched parts keep the form they had in the original, unknown fields
 * included, since the row knows no better. An element whose row moved to another field since (a partial tool call that
 * was completed) is gone from this one; where it is the document that has changed (its message is complete, the row is not settled
 * yet), the row still stands for its element.
 */
function edited(field: string, original: Value, before: RowElement, now: RowElement): Fate {
  if (before === undefined || now === undefined) return { value: now?.value ?? original };
  const stands = fieldOf(now.path);
  if (stands !== field && stands !== fieldOf(before.path)) return "gone";
  if (sameValue(before.value, now.value)) return { value: original };
  if (!isObject(original) || !isObject(before.value) || !isObject(now.value)) return { value: now.value };
  const merged = new Map(Object.entries(original));
  for (const key of new Set([...Object.keys(before.value), ...Object.keys(now.value)])) {
    const value = now.value[key];
    if (sameValue(before.value[key], value)) continue;
    if (value === undefined) merged.delete(key);
    else merged.set(key, value);
  }
  return { value: Object.fromEntries(merged) as Value };
}

function fieldOf(path: string): string {
  return path.split("/", 2)[1] ?? "";
}

/** The original with every element replaced by what became of it. */
function fill(value: Value, path: string, fates: ReadonlyMap<string, Fate>): Value {
  const filled = fillOne(value, path, fates);
  return filled === undefined ? [] : filled;
}

function fillOne(value: Value, path: string, fates: ReadonlyMap<string, Fate>): Value | undefined {
  const fate = fates.get(path);
  if (fate !== undefined) return fate === "gone" ? undefined : fate.value;
  const inner = (key: string | number, item: Value | undefined): Value | undefined =>
    item === undefined ? undefined : fillOne(item, path + jsonPointer(key), fates);
  if (Array.isArray(value)) return value.map((item, index) => inner(index, item)).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]): [string, Value | undefined] => [key, inner(key, item)]);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined)) as Value;
}

/** What rows added since give, behind or beside the rest; it takes the place of a whole field of the wrong type. */
function joined(filled: Value, added: Value | undefined): Value {
  if (added === undefined) return filled;
  if (Array.isArray(filled) && Array.isArray(added)) return [...filled, ...added];
  if (!isObject(filled) || !isObject(added)) return added;
  const fields = new Map(Object.entries(filled));
  for (const [key, value] of Object.entries(added)) {
    const there = fields.get(key);
    fields.set(key, there === undefined || value === undefined ? value : joined(there, value));
  }
  return Object.fromEntries(fields) as Value;
}
