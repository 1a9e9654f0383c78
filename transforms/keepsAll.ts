import { canonicalEncoding } from "./canonicalEncoding.js";
import type { SourceDocument, Transform } from "./defineTransform.js";
import { sameFieldValue } from "./sameFieldValue.js";
import { isObject, sameValue } from "./sameValue.js";

/** Pairs of elements that differ, of which one may hold the other. */
const mostCompared = 250_000;

type Element = ReturnType<Transform["elementsOf"]>[number];

/**
 * Does a part still hold everything afterwards that it held before? Each element has to be there again, itself or with more fields, in an
 * array at any place and in any of the part's arrays (a partial tool call that is complete now), in an object under its own keys.
 *
 * Such a change loses nothing, wherever it was computed from. Says no of one that it cannot tell.
 *
 * @param before with the part's value in its moved fields, and `after` with another one
 */
export function keepsAll(transform: Transform, before: SourceDocument, after: SourceDocument): boolean {
  const left = new Map<string, Element[]>();
  for (const element of transform.elementsOf(after)) {
    const name = nameOf(after, element);
    const same = left.get(name);
    if (same === undefined) left.set(name, [element]);
    else same.push(element);
  }
  const changed = transform
    .elementsOf(before)
    .filter((element) => left.get(nameOf(before, element))?.pop() === undefined);
  const candidates = [...left.values()].flat();
  if (changed.length * candidates.length > mostCompared) return false;
  return changed.every((element) => {
    const at = candidates.findIndex((other) => holds(before, element, after, other));
    if (at !== -1) candidates.splice(at, 1);
    return at !== -1;
  });
}

/** What an element is and, but in an array, where. */
function nameOf(document: SourceDocument, element: Element): string {
  return `${placeOf(document, element)} ${canonicalEncoding(element.value)}`;
}

function placeOf(document: SourceDocument, { path }: Element): string {
  return Array.isArray(document[fieldOf(path)]) ? "" : path;
}

function fieldOf(path: string): string {
  return path.split("/", 2)[1] ?? "";
}

function holds(before: SourceDocument, element: Element, after: SourceDocument, other: Element): boolean {
  if (placeOf(before, element) !== placeOf(after, other)) return false;
  const [had, has] = [element.value, other.value];
  if (!isObject(had) || !isObject(has)) return sameValue(had, has);
  const field = fieldOf(element.path);
  return Object.entries(had).every(([key, value]) => sameFieldValue(field, [{ [key]: value }], [{ [key]: has[key] }]));
}
