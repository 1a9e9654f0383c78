/** A second opinion on values: written apart from `sameValue`, by turning both sides into texts. */
import type { Value } from "convex/values";

/** One text for all values that spec 4 calls equal: keys in order, −0 as 0, no undefined fields. */
function valueText(value: Value | undefined): string {
  if (value === undefined) return "absent";
  if (typeof value === "bigint") return `int ${value}`;
  if (typeof value === "number") return `float ${value === 0 ? 0 : value}`;
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (value instanceof ArrayBuffer) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return `[${value.map(valueText).join(",")}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const texts = fields.map(([key, field]) => `${JSON.stringify(key)}:${valueText(field)}`);
  return `{${texts.sort().join(",")}}`;
}

/** The text of a moved field: nothing in it is nothing there; in tool calls, texts that are JSON count as what they say. */
export function movedFieldText(field: string, value: Value | undefined): string {
  const text = valueText(isToolCalls(field, value) ? value.map(withParsedTexts) : value);
  return text === "[]" || text === "{}" ? "absent" : text;
}

function isToolCalls(field: string, value: Value | undefined): value is Value[] {
  return (field === "toolCalls" || field === "partialToolCalls") && Array.isArray(value);
}

function withParsedTexts(call: Value): Value {
  if (typeof call !== "object" || call === null || Array.isArray(call) || call instanceof ArrayBuffer) return call;
  const parsed: Record<string, Value | undefined> = { ...call };
  for (const key of ["arguments", "result"]) {
    const text = parsed[key];
    if (typeof text !== "string") continue;
    try {
      parsed[key] = { json: JSON.parse(text) as Value };
    } catch {
      parsed[key] = text;
    }
  }
  return parsed as Value;
}

/** The value at a JSON Pointer; undefined where there is none. */
export function valueAt(document: Value, pointer: string): Value | undefined {
  let value: Value | undefined = document;
  for (const segment of pointer.split("/").slice(1)) {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || value instanceof ArrayBuffer) return undefined;
    if (!Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, Value | undefined>>)[key];
  }
  return value;
}
