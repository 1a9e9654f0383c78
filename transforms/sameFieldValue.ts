import type { Value } from "convex/values";
import { isObject, sameValue } from "./sameValue.js";

/**
 * Is a moved field that was given back equal in value to the original (spec 4, law 2)? Beyond `sameValue`: an empty
 * array or object equals an absent field, and JSON kept as text is compared as parsed JSON.
 *
 * @param field name of the moved field; in `toolCalls` and `partialToolCalls`, `arguments` and `result` are JSON text.
 */
export function sameFieldValue(field: string, before: Value | undefined, after: Value | undefined): boolean {
  if (isNothing(before) && isNothing(after)) return true;
  const holdsJsonText = field === "toolCalls" || field === "partialToolCalls";
  if (holdsJsonText && Array.isArray(before) && Array.isArray(after)) {
    return before.length === after.length && before.every((call, index) => sameToolCall(call, after[index]));
  }
  return sameValue(before, after);
}

/** An empty array or object, as good as an absent field. */
export function isNothing(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || (isObject(value) && Object.values(value).every((field) => field === undefined));
}

function sameToolCall(before: Value, after: Value | undefined): boolean {
  if (!isObject(before) || !isObject(after)) return sameValue(before, after);
  const { arguments: argsBefore, result: resultBefore, ...restBefore } = before;
  const { arguments: argsAfter, result: resultAfter, ...restAfter } = after;
  return (
    sameJsonText(argsBefore, argsAfter) && sameJsonText(resultBefore, resultAfter) && sameValue(restBefore, restAfter)
  );
}

/** Equal as parsed JSON. */
export function sameJsonText(before: Value | undefined, after: Value | undefined): boolean {
  if (sameValue(before, after)) return true;
  if (typeof before !== "string" || typeof after !== "string") return false;
  try {
    return sameValue(JSON.parse(before), JSON.parse(after));
  } catch {
    return false;
  }
}
