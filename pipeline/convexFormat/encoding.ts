/** How the lines of one table are to be read (spec 1, "Values"), and the way from there to the `"uniform"` encoding. */
import type { Value } from "convex/values";
import { canonicalEncoding } from "../../transforms/index.js";
import { type ErrorPlace, UnnestError } from "../errors.js";
import { addFractions } from "./addFractions.js";
import { applyShape } from "./applyShape.js";
import { maxJsonDepth } from "./decodeJson.js";
import { decodePlain, decodeValue } from "./decodeValue.js";
import { parseShape } from "./parseShape.js";
import { parseOverride, type ReadingOverride } from "./readingOverride.js";
import { scanJson } from "./scanJson.js";
import { ShapeReader } from "./shapeReader.js";

export type TableEncoding =
  /** Lossless JSON; what backends have written since March 2026. */
  | { readonly kind: "uniform" }
  /** No generated_schema.jsonl: numbers are floats, strings are strings. */
  | { readonly kind: "plain" }
  /** A shape says which strings are something else; overrides do so for single documents, by `_id`. */
  | {
      readonly kind: "shape";
      readonly reader: ShapeReader;
      readonly overrides: ReadonlyMap<string, ReadingOverride>;
    };

/**
 * Reads a table's generated_schema.jsonl. The overrides of an open shape are held in memory, about 100 bytes each.
 * @param generatedSchema the file's text; null when there is no such file
 * @param place of the file, for the error
 * Throws UnnestError GENERATED_SCHEMA_INVALID.
 */
export function parseTableEncoding(generatedSchema: string | null, place: ErrorPlace): TableEncoding {
  if (generatedSchema === null) return { kind: "plain" };
  const [first = "", ...rest] = generatedSchema.split("\n");
  const shape = parseLine(first, 1, place);
  if (typeof shape !== "string") throw invalid("the first line is no JSON string", 1, place);
  const overrides = new Map<string, ReadingOverride>();
  for (const [i, line] of rest.entries()) {
    if (line.trim() === "") continue;
    const json = parseLine(line, i + 2, place);
    const [entry, ...more] = typeof json === "object" && json !== null ? Object.entries(json) : [];
    const override = entry === undefined || more.length > 0 ? undefined : parseOverride(entry[1]);
    if (entry === undefined || override === undefined) throw invalid("a line is no override", i + 2, place);
    overrides.set(entry[0], override);
  }
  if (shape === "uniform") return { kind: "uniform" };
  try {
    return { kind: "shape", reader: new ShapeReader(parseShape(shape)), overrides };
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(error.message, 1, place);
    throw error;
  }
}

/** Whether the table's lines can be taken as they are where `"uniform"` lines are wanted. */
export function passesAsUniform(encoding: TableEncoding): boolean {
  return encoding.kind === "uniform";
}

/**
 * A line in the `"uniform"` encoding with the values that its table's encoding gives it. Floats keep their spelling where no other
 * value stands in the line. A line that is no JSON may pass as it came, for its reader to refuse.
 * Throws UnnestError as `decodeLine` does.
 */
export function toUniformLine(line: string, encoding: TableEncoding): string {
  if (encoding.kind === "uniform") return line;
  if (encoding.kind === "plain" || (encoding.reader.isInert && !mayBeOverridden(line, encoding.overrides))) {
    const { bareInteger, dollarKey, suspicious } = scanJson(line, maxJsonDepth);
    if (!dollarKey && !suspicious) return bareInteger ? addFractions(line) : line;
  }
  return canonicalEncoding(decodeLine(line, encoding));
}

/**
 * The value of a line.
 * Throws UnnestError LINE_NOT_JSON, VALUE_UNKNOWN_TAG, VALUE_TAG_MALFORMED, VALUE_NOT_OF_SHAPE, NUMBER_OUT_OF_RANGE, UNPAIRED_SURROGATE or JSON_TOO_DEEP.
 */
export function decodeLine(line: string, encoding: TableEncoding): Value {
  if (encoding.kind === "uniform") return decodeValue(line);
  const value = decodePlain(line);
  if (encoding.kind === "plain") return value;
  return applyShape(value, encoding.reader, overrideOf(value, encoding.overrides));
}

function overrideOf(document: Value, overrides: ReadonlyMap<string, ReadingOverride>): ReadingOverride | undefined {
  if (overrides.size === 0 || typeof document !== "object" || document === null) return undefined;
  const id = "_id" in document ? document._id : undefined;
  return typeof id === "string" ? overrides.get(id) : undefined;
}

/** Errs on the side of yes: an `_id` at any depth counts, and so does every escape that could spell one. */
function mayBeOverridden(line: string, overrides: ReadonlyMap<string, ReadingOverride>): boolean {
  if (overrides.size === 0) return false;
  if (line.includes("\\u00")) return true;
  for (const [, id = ""] of line.matchAll(/"_id"\s*:\s*"([^"]*)"/g)) if (overrides.has(id)) return true;
  return false;
}

function parseLine(line: string, number: number, place: ErrorPlace): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw invalid("a line is no JSON", number, place);
  }
}

function invalid(message: string, line: number, place: ErrorPlace): UnnestError {
  return new UnnestError("GENERATED_SCHEMA_INVALID", `generated_schema.jsonl cannot be read: ${message}`, {
    ...place,
    line,
  });
}
