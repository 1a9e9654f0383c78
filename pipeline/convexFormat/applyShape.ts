/** Turns the plain JSON of a shape-encoded document into its values. */
import type { Value } from "convex/values";
import { UnnestError } from "../errors.js";
import { decodeBase64 } from "./decodeBase64.js";
import type { ReadingOverride } from "./readingOverride.js";
import type { ShapeReader } from "./shapeReader.js";

const integer = /^[+-]?\d+$/;
const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;

/**
 * Reads the strings of a value as the shape, or the document's override, says. All numbers are floats already.
 * The value may come back as it is or in part as it is; it must not be changed afterwards.
 * Throws UnnestError VALUE_NOT_OF_SHAPE where a value contradicts its shape or override.
 */
export function applyShape(value: Value, reader: ShapeReader, override: ReadingOverride = "infer"): Value {
  if (typeof value === "string") return readString(value, override === "infer" ? reader.reading : override);
  if (typeof value !== "object" || value === null) return value;
  if (override === "infer") {
    if (reader.isInert) return value;
  } else if (Array.isArray(value) ? !isList(override) : !(override instanceof Map)) {
    throw contradiction("an override of generated_schema.jsonl is for another kind of value");
  }
  if (Array.isArray(value)) return readArray(value, reader, isList(override) ? override : null);
  return readObject(value as Fields, reader, override instanceof Map ? override : null);
}

type Fields = { readonly [key: string]: Value | undefined };

function readArray(
  elements: readonly Value[],
  reader: ShapeReader,
  overrides: readonly ReadingOverride[] | null,
): Value {
  if (overrides !== null && overrides.length !== elements.length) {
    throw contradiction("an override of generated_schema.jsonl is for an array of another length");
  }
  return elements.map((element, i) => applyShape(element, reader.element, overrides?.[i]));
}

function readObject(
  fields: Fields,
  reader: ShapeReader,
  overrides: ReadonlyMap<string, ReadingOverride> | null,
): Value {
  const read = Object.entries(fields).map(([name, value = null]): [string, Value] => [
    name,
    applyShape(value, reader.field(name), overrides?.get(name)),
  ]);
  return Object.fromEntries(read);
}

function readString(text: string, reading: ReadingOverride | "string" | "inf"): Value {
  switch (reading) {
    case "string":
      return text;
    case "int64":
      return readInt64(text);
    case "bytes":
      return decodeBase64(text) ?? fail("a string that stands for bytes is no base64");
    case "inf":
    case "float64inf":
      if (text === "Infinity") return Number.POSITIVE_INFINITY;
      if (text === "-Infinity") return Number.NEGATIVE_INFINITY;
      return fail("a string that stands for an infinite float is neither Infinity nor -Infinity");
    case "nan":
      return text === "NaN" ? Number.NaN : fail("a string that stands for NaN is not NaN");
    default:
      return fail("an override of generated_schema.jsonl is for another kind of value");
  }
}

function readInt64(text: string): bigint {
  const value = integer.test(text) && text.length <= 64 ? BigInt(text.replace("+", "")) : maxInt64 + 1n;
  return value >= minInt64 && value <= maxInt64
    ? value
    : fail("a string that stands for an Int64 is no 64-bit integer");
}

function isList(override: ReadingOverride): override is readonly ReadingOverride[] {
  return Array.isArray(override);
}

function fail(message: string): never {
  throw contradiction(message);
}

function contradiction(message: string): UnnestError {
  return new UnnestError("VALUE_NOT_OF_SHAPE", message);
}
