/** `.withIndex(…, range)` → the keys it spans. */
import { FunctionError } from "../functions/functionError.js";
import { afterAll, encodeKey } from "../store/indexKey.js";
import { decodeBound, type RangeExpression } from "./serializedQuery.js";

export interface KeyRange {
  /** The smallest key in the range. */
  readonly low: string;
  /** The first key behind it. */
  readonly high: string;
}

/** Every key of an index. */
export const wholeIndex: KeyRange = { low: "", high: afterAll };

/**
 * The keys of a range: equalities on the index's first fields, in order, then at most one lower and one upper bound on the next field.
 *
 * @param fields of the index, `_creationTime` and `_id` included
 * @throws FunctionError for anything else
 */
export function keyRange(range: readonly RangeExpression[], fields: readonly string[]): KeyRange {
  const equal = range.findIndex(({ type }) => type !== "Eq");
  const equalities = equal === -1 ? range : range.slice(0, equal);
  const bounds = equal === -1 ? [] : range.slice(equal);
  for (const [i, { fieldPath }] of equalities.entries()) expectField(fieldPath, fields[i]);
  const prefix = encodeKey(equalities.map(({ value }) => decodeBound(value)));
  let low = prefix;
  let high = prefix + afterAll;
  const bounded = { lower: false, upper: false };
  for (const { type, fieldPath, value } of bounds) {
    const side = type === "Gt" || type === "Gte" ? "lower" : "upper";
    if (type === "Eq" || bounded[side]) {
      throw new FunctionError(
        `Incorrect operator used in \`withIndex\`, cannot chain \`.${type.toLowerCase()}()\` here`,
      );
    }
    expectField(fieldPath, fields[equalities.length]);
    bounded[side] = true;
    const key = prefix + encodeKey([decodeBound(value)]);
    if (type === "Gte") low = key;
    if (type === "Gt") low = key + afterAll;
    if (type === "Lt") high = key;
    if (type === "Lte") high = key + afterAll;
  }
  return { low, high };
}

function expectField(found: string, expected: string | undefined): void {
  if (found === expected) return;
  throw new FunctionError(`Incorrect field used in \`withIndex\`, expected "${expected}", got "${found}"`);
}
