import { convexToJson, type Value } from "convex/values";
import { maxJsonDepth } from "../../convexFormat/decodeJson.js";
import type { TableEncoding } from "../../convexFormat/encoding.js";
import { scanJson } from "../../convexFormat/scanJson.js";

/**
 * A document in Convex's JSON encoding, in which the store keeps it. Most lines of an export are that already: only Int64, special
 * values and what the shape of an older export makes of a string are spelled otherwise there.
 *
 * @param line as it stands in the archive
 * @param value what it was read as
 */
export function storedText(line: string, encoding: TableEncoding, value: Value): string {
  if (encoding.kind !== "shape") {
    const { bareInteger, dollarKey, suspicious } = scanJson(line, maxJsonDepth);
    const isPlainInteger = encoding.kind === "plain" || !bareInteger;
    if (isPlainInteger && !dollarKey && !suspicious) return line;
  }
  return JSON.stringify(convexToJson(value));
}
