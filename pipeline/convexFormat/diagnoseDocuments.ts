/**
 * The exact, slow reading of a table's lines, to say which one is bad and why. Bulk loading is DuckDB's work; a stage comes here
 * when something there looks wrong.
 */
import { isUtf8 } from "node:buffer";
import type { Value } from "convex/values";
import { type ErrorCode, type ErrorPlace, UnnestError } from "../errors.js";
import type { ArchiveTable } from "./archive.js";
import { decodeLine } from "./encoding.js";
import { decodeId } from "./ids.js";
import { type Line, lines, maxLineBytes } from "./lines.js";

/** 2^53, where milliseconds stop being exact. */
const firstInvalidTime = 2 ** 53;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads a table's documents and throws for the first line that no export holds; resolves when all are fine. Linear; memory is one line,
 * and a set of ids where the documents are not in the order of their ids.
 * Throws UnnestError with table, line and, where known, document id: NOT_UTF8, BYTE_ORDER_MARK, LINE_*, JSON_TOO_DEEP, VALUE_*,
 * NUMBER_OUT_OF_RANGE, UNPAIRED_SURROGATE, ID_*, CREATION_TIME_INVALID, and ZIP_* where the entry itself is bad.
 */
export async function diagnoseDocuments(table: ArchiveTable): Promise<void> {
  const order = { previous: null as Uint8Array | null, isSorted: true };
  try {
    for await (const line of lines(await table.open(), maxLineBytes, table.place)) {
      const { id, bytes } = checkLine(line, table);
      const step = order.previous === null ? 1 : Buffer.compare(bytes, order.previous);
      if (step === 0) throw duplicate(table, line.number, id);
      if (step < 0) order.isSorted = false;
      order.previous = bytes;
    }
  } catch (error) {
    const line = error instanceof UnnestError ? error.place.line : undefined;
    if (!order.isSorted && line !== undefined) await findDuplicate(table, line);
    throw error;
  }
  if (!order.isSorted) await findDuplicate(table, Number.POSITIVE_INFINITY);
}

/** Throws for the first id that stands a second time before the line `end`; those lines are known to be good otherwise. */
async function findDuplicate(table: ArchiveTable, end: number): Promise<void> {
  const seen = new Set<string>();
  for await (const line of lines(await table.open(), maxLineBytes, table.place)) {
    if (line.number >= end) return;
    const { id } = checkLine(line, table);
    if (seen.has(id)) throw duplicate(table, line.number, id);
    seen.add(id);
  }
}

/** Throws unless the line holds a document of the table. */
function checkLine(line: Line, table: ArchiveTable): { id: string; bytes: Uint8Array } {
  const place = { ...table.place, line: line.number };
  const document = readDocument(line, table, place);
  const id = document._id;
  if (typeof id !== "string") throw new UnnestError("ID_MISSING", "a document has no _id", place);
  const decoded = decodeId(id);
  if (decoded === null) throw new UnnestError("ID_NOT_CANONICAL", "a document's _id is no Convex id", place);
  if (table.tableNumber !== null && decoded.tableNumber !== table.tableNumber) {
    throw new UnnestError("ID_OF_OTHER_TABLE", "a document's _id belongs to another table", {
      ...place,
      documentId: id,
      tableNumber: decoded.tableNumber,
      expected: table.tableNumber,
    });
  }
  const time = document._creationTime;
  if (typeof time !== "number" || !(time > 0 && time < firstInvalidTime)) {
    throw new UnnestError("CREATION_TIME_INVALID", "a document's _creationTime is missing or no time", {
      ...place,
      documentId: id,
    });
  }
  return { id, bytes: decoded.bytes };
}

function readDocument(line: Line, table: ArchiveTable, place: ErrorPlace): Readonly<Record<string, Value | undefined>> {
  const value = readValue(line, table, place);
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ArrayBuffer)) {
    return value as Readonly<Record<string, Value | undefined>>;
  }
  throw new UnnestError("LINE_NOT_OBJECT", "a line is no JSON object", place);
}

function readValue(line: Line, table: ArchiveTable, place: ErrorPlace): Value {
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
    return decodeLine(text, table.encoding);
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

function duplicate(table: ArchiveTable, line: number, id: string): UnnestError {
  return new UnnestError("ID_DUPLICATE", "a document's _id stands a second time", {
    ...table.place,
    line,
    documentId: id,
  });
}
