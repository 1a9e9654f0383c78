/** The later lines of a shape's generated_schema.jsonl: how single documents are to be read where the shape is open. */
import { decodeBase64 } from "./decodeBase64.js";

export type ReadingOverride =
  | "infer"
  | "int64"
  | "float64inf"
  | "bytes"
  | "nan"
  | readonly ReadingOverride[]
  | ReadonlyMap<string, ReadingOverride>;

const maxDepth = 128;

/** Takes the parsed JSON of an override; undefined when it is none. Sets and maps, which Convex has given up, are none. */
export function parseOverride(json: unknown, depth = 0): ReadingOverride | undefined {
  if (depth > maxDepth) return undefined;
  if (json === "infer" || json === "int64" || json === "float64inf" || json === "bytes") return json;
  if (Array.isArray(json)) {
    const elements: ReadingOverride[] = [];
    for (const element of json) {
      const override = parseOverride(element, depth + 1);
      if (override === undefined) return undefined;
      elements.push(override);
    }
    return elements;
  }
  if (typeof json !== "object" || json === null) return undefined;
  const fields = new Map<string, ReadingOverride>();
  for (const [name, value] of Object.entries(json)) {
    if (name === "$float64NaN") return isNaNBytes(value) ? "nan" : undefined;
    const override = parseOverride(value, depth + 1);
    if (override === undefined) return undefined;
    fields.set(name, override);
  }
  return fields;
}

function isNaNBytes(base64: unknown): boolean {
  const bytes = typeof base64 === "string" ? decodeBase64(base64) : null;
  return bytes?.byteLength === 8 && Number.isNaN(new DataView(bytes).getFloat64(0, true));
}
