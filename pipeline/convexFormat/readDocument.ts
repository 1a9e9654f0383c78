/** From a line of documents.jsonl to the document's fields, or the exact reason why there is none. */
import { isUtf8 } from "node:buffer";
import type { Value } from "convex/values";
import { type ErrorCode, type ErrorPlace, UnnestError } from "../errors.js";
import type { ArchiveTable } from "./archive.js";
import { decodeLine, type TableEncoding } from "./encoding.js";
import type { Line } from "./lines.js";

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** A document's fields as its table's encoding gives them. */
export type DocumentFields = Readonly<Record<string, Value | undefined>>;

/**
 * Reads one line of a table's documents.
 * Throws UnnestError with table and line: NOT_UTF8, BYTE_ORDER_MARK, LINE_* (but LINE_TOO_LONG), JSON_TOO_DEEP, VALUE_*,
 * NUMBER_OUT_OF_RANGE, UNPAIRED_SURROGATE.
 */
export function readDocument(line: Line, table: Pick<ArchiveTable, "encoding" | "place">): DocumentFields {
  const place = { ...table.place, line: line.number };
  const value = readValue(line, table.encoding, place);
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ArrayBuffer)) {
    return value as DocumentFields;
  }
  throw new UnnestError("LINE_NOT_OBJECT", "a line is no JSON object", place);
}

function readValue(line: Line, encoding: TableEncoding, place: ErrorPlace): Value {
  const { bytes } = line;
  const fail = (code: ErrorCode, message: string): never => {
    throw new UnnestError(code, message, place);
  };
  if (line.number === 1 && bytes.subarray(0, 3).equals(byteOrderMark)) {
    fail("BYTE_ORDER_MARK", "the file begins with a byte order mark");
  }
  if (!isUtf8(bytes)) {
    if (!line.isTerminated && endsWithinCharacter(bytes)) fail("LINE_TRUNCATED", "the file ends within a character");
    fail("NOT_UTF8", "a line is not UTF-8");
  }
  const text = bytes.toString("utf8");
  if (text.trim() === "") fail("LINE_BLANK", "a line is blank");
  try {
    return decodeLine(text, encoding);
  } catch (error) {
    if (!(error instanceof UnnestError)) throw error;
    if (!line.isTerminated && error.code === "LINE_NOT_JSON" && endsAt(text, error.place.offset)) {
      return fail("LINE_TRUNCATED", "the file ends within its last line");
    }
    throw new UnnestError(error.code, error.message, { ...place, ...error.place });
  }
}

/** Whether the text goes no further than where it stopped being JSON, or only by the beginning of a number's next piece. */
function endsAt(text: string, offset: string | number | undefined): boolean {
  return typeof offset === "number" && /^(?:-|\.|[eE][-+]?)?$/.test(text.slice(offset));
}

/** Whether the bytes are UTF-8 but for a last character that is not complete. */
function endsWithinCharacter(bytes: Buffer): boolean {
  return [1, 2, 3].some((cut) => isUtf8(bytes.subarray(0, -cut)) && (bytes.at(-cut) ?? 0) >= 0xc2);
}
