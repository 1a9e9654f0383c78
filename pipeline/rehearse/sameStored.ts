/**
 * Are two stored values the same? Of a moved field, as it is rebuilt: an empty array or object equals an absent one, at its top alone, and
 * text that is JSON equals other text of the same JSON (spec 4). Told anew here rather than asked of the mapping, which is what is checked.
 */
export function sameStored(a: unknown, b: unknown, isMoved: boolean): boolean {
  if (!isMoved) return same(a, b, false);
  if (isEmpty(a) && isEmpty(b)) return true;
  return same(a, b, true);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

function same(a: unknown, b: unknown, byJson: boolean): boolean {
  if (a === b || (typeof a === "number" && typeof b === "number" && Number.isNaN(a) && Number.isNaN(b))) return true;
  if (typeof a === "string" && typeof b === "string") return byJson && sameJson(a, b);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof ArrayBuffer || b instanceof ArrayBuffer) return sameBytes(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = definedNames(a);
  if (names.length !== definedNames(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && same(fieldOf(a, name), fieldOf(b, name), byJson));
}

function definedNames(value: object): string[] {
  return Object.keys(value).filter((name) => fieldOf(value, name) !== undefined);
}

function fieldOf(value: object, name: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[name];
}

function sameBytes(a: unknown, b: unknown): boolean {
  return a instanceof ArrayBuffer && b instanceof ArrayBuffer && Buffer.from(a).equals(Buffer.from(b));
}

function sameJson(a: string, b: string): boolean {
  const [left, right] = [parse(a), parse(b)];
  return left !== undefined && right !== undefined && same(left, right, false);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
