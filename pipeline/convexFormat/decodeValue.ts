/** The lossless reading of one JSON text of an export (spec 1, "Values"). */
import type { Value } from "convex/values";
import { UnnestError } from "../errors.js";
import { decodeJson, maxJsonDepth } from "./decodeJson.js";
import { scanJson } from "./scanJson.js";

/**
 * Reads one JSON text in `"uniform"` encoding: bigint for Int64, number for Float64, ArrayBuffer for bytes.
 * A key that stands twice in an object counts the last time, as it does for Convex.
 * Throws UnnestError with `place.offset` (UTF-16 units into the text): LINE_NOT_JSON, VALUE_UNKNOWN_TAG, VALUE_TAG_MALFORMED,
 * NUMBER_OUT_OF_RANGE, UNPAIRED_SURROGATE or JSON_TOO_DEEP.
 */
export function decodeValue(text: string): Value {
  const { bareInteger, dollarKey, suspicious } = scanJson(text, maxJsonDepth);
  return bareInteger || dollarKey || suspicious ? decodeJson(text, "uniform") : parse(text, "uniform");
}

/**
 * Reads one JSON text of a table that is not `"uniform"`: every number is a Float64, every string a string.
 * Throws as `decodeValue` does; a key that starts with `$` is VALUE_UNKNOWN_TAG.
 */
export function decodePlain(text: string): Value {
  const { dollarKey, suspicious } = scanJson(text, maxJsonDepth);
  return dollarKey || suspicious ? decodeJson(text, "plain") : parse(text, "plain");
}

function parse(text: string, dialect: "uniform" | "plain"): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    // The exact reader says where it breaks; the message of JSON.parse would quote the document.
    decodeJson(text, dialect);
    throw new UnnestError("INTERNAL", "JSON.parse refused a text that the exact reader accepts");
  }
}
