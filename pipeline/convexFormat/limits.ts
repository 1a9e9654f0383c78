/** What Convex demands of a document besides its schema (spec 1, "What a value must satisfy"). */
import type { Value } from "convex/values";
import { valueSize } from "./valueSize.js";

type Document = Readonly<Record<string, Value | undefined>>;

const maxDocumentBytes = 1_048_576;
const maxNesting = 16;
const maxElements = 8192;
const maxFields = 1024;
const maxKeyLength = 1024;

const printableAscii = /^[\u0020-\u007e]*$/;
const loneSurrogate = /\p{Surrogate}/u;

export interface Violation {
  readonly rule:
    | "documentSize"
    | "nesting"
    | "arrayLength"
    | "objectFields"
    | "keyLength"
    | "keyCharacters"
    | "keyReserved"
    | "systemField"
    | "unicode";
  /** JSON Pointer of the value, or of the object whose key it is; "" for the document. */
  readonly path: string;
  /** What is allowed and what was found, where the rule counts something. */
  readonly limit?: number;
  readonly found?: number;
}

/** `_id` with its name, an id of 32 characters, and `_creationTime` with its own. */
const idSize = 4 + 2 + 32;
const creationTimeSize = 14 + 9;

/** A document's size in bytes as Convex counts it; a missing `_id` or `_creationTime` is counted as if it were there. */
export function documentSize(document: Document): number {
  const system =
    (document._id === undefined ? idSize : 0) + (document._creationTime === undefined ? creationTimeSize : 0);
  return valueSize(document as Value) + system;
}

/**
 * Every rule that a document breaks, in the order of its fields; empty for one that Convex stores. Linear in the document.
 *
 * @param found the document's size in bytes, where the caller knows it
 */
export function checkDocumentLimits(document: Document, found: number = documentSize(document)): Violation[] {
  const violations: Violation[] = [];
  if (found > maxDocumentBytes) violations.push({ rule: "documentSize", path: "", limit: maxDocumentBytes, found });
  for (const key in document) {
    if (key.startsWith("_") && key !== "_id" && key !== "_creationTime") {
      violations.push({ rule: "systemField", path: pointerTo([key]) });
    }
  }
  checkValue(document as Value, [], violations);
  return violations;
}

/** @param place keys and indexes from the document to the value; the callee leaves it as it was. The document's level is 1 */
function checkValue(value: Value, place: Place, violations: Violation[]): void {
  if (typeof value === "string") {
    if (loneSurrogate.test(value)) violations.push({ rule: "unicode", path: pointerTo(place) });
    return;
  }
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return;
  const level = place.length + 1;
  if (level > maxNesting) {
    // What lies deeper breaks the same rule; saying so once is enough, and keeps the walk from exhausting the stack.
    violations.push({ rule: "nesting", path: pointerTo(place), limit: maxNesting, found: level });
    return;
  }
  if (Array.isArray(value)) checkElements(value, place, violations);
  else checkFields(value as Document, place, violations);
}

function checkElements(elements: readonly Value[], place: Place, violations: Violation[]): void {
  const found = elements.length;
  if (found > maxElements) {
    violations.push({ rule: "arrayLength", path: pointerTo(place), limit: maxElements, found });
  }
  for (const [i, element] of elements.entries()) {
    place.push(i);
    checkValue(element, place, violations);
    place.pop();
  }
}

function checkFields(fields: Document, place: Place, violations: Violation[]): void {
  const keys = Object.keys(fields).filter((key) => fields[key] !== undefined);
  const found = keys.length;
  if (found > maxFields) violations.push({ rule: "objectFields", path: pointerTo(place), limit: maxFields, found });
  for (const key of keys) {
    checkKey(key, place, violations);
    place.push(key);
    checkValue(fields[key] ?? null, place, violations);
    place.pop();
  }
}

function checkKey(key: string, place: Place, violations: Violation[]): void {
  if (key.length > maxKeyLength) {
    violations.push({ rule: "keyLength", path: pointerTo(place), limit: maxKeyLength, found: key.length });
  }
  if (!printableAscii.test(key)) violations.push({ rule: "keyCharacters", path: pointerTo(place) });
  if (key.startsWith("$")) violations.push({ rule: "keyReserved", path: pointerTo(place) });
}

/** The JSON Pointer is written only where something is wrong. */
type Place = (string | number)[];

function pointerTo(place: Place): string {
  return place.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
