/** What Convex demands of a document besides its schema (spec 1, "What a value must satisfy"). */
import { getDocumentSize, type Value } from "convex/values";

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

/**
 * A document's size in bytes as Convex counts it, by the function that `convex/values` exports.
 * Its quirks: a missing `_id` or `_creationTime` is counted as if it were there (an id of 32 characters), and a string with half a
 * surrogate pair, which no stored document holds, is counted by about a byte wrong.
 */
export function documentSize(document: Document): number {
  return getDocumentSize(document as Record<string, Value>);
}

/** Every rule that a document breaks, in the order of its fields; empty for one that Convex stores. Linear in the document. */
export function checkDocumentLimits(document: Document): Violation[] {
  const violations: Violation[] = [];
  const found = documentSize(document);
  if (found > maxDocumentBytes) violations.push({ rule: "documentSize", path: "", limit: maxDocumentBytes, found });
  for (const key of Object.keys(document)) {
    if (key.startsWith("_") && key !== "_id" && key !== "_creationTime") {
      violations.push({ rule: "systemField", path: pointer("", key) });
    }
  }
  checkValue(document as Value, "", 1, violations);
  return violations;
}

/** @param level of a container at this place; the document's is 1 */
function checkValue(value: Value, path: string, level: number, violations: Violation[]): void {
  if (typeof value === "string") {
    if (loneSurrogate.test(value)) violations.push({ rule: "unicode", path });
    return;
  }
  if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return;
  if (level > maxNesting) {
    // What lies deeper breaks the same rule; saying so once is enough, and keeps the walk from exhausting the stack.
    violations.push({ rule: "nesting", path, limit: maxNesting, found: level });
    return;
  }
  if (Array.isArray(value)) {
    if (value.length > maxElements) {
      violations.push({ rule: "arrayLength", path, limit: maxElements, found: value.length });
    }
    for (const [i, element] of value.entries()) checkValue(element, `${path}/${i}`, level + 1, violations);
    return;
  }
  const fields = Object.entries(value as Document).filter(([, field]) => field !== undefined);
  if (fields.length > maxFields)
    violations.push({ rule: "objectFields", path, limit: maxFields, found: fields.length });
  for (const [key, field = null] of fields) {
    checkKey(key, path, violations);
    checkValue(field, pointer(path, key), level + 1, violations);
  }
}

function checkKey(key: string, path: string, violations: Violation[]): void {
  if (key.length > maxKeyLength) {
    violations.push({ rule: "keyLength", path, limit: maxKeyLength, found: key.length });
  }
  if (!printableAscii.test(key)) violations.push({ rule: "keyCharacters", path });
  if (key.startsWith("$")) violations.push({ rule: "keyReserved", path });
}

function pointer(path: string, key: string): string {
  return `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
