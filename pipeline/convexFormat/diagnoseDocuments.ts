/**
 * The exact, slow reading of a table's lines, to say which one is bad and why. Bulk loading is DuckDB's work; a stage comes here
 * when something there looks wrong.
 */
import { UnnestError } from "../errors.js";
import type { ArchiveTable } from "./archive.js";
import { decodeId } from "./ids.js";
import { type Line, lines, maxLineBytes } from "./lines.js";
import { readDocument } from "./readDocument.js";

/** 2^53, where milliseconds stop being exact. */
const firstInvalidTime = 2 ** 53;

/**
 * Reads a table's documents and throws for the first line that no export holds; resolves when all are fine. Linear; memory is one line,
 * and a set of ids where the documents are not in the order of their ids.
 * Throws UnnestError with table, line and, where known, document id: NOT_UTF8, BYTE_ORDER_MARK, LINE_*, JSON_TOO_DEEP, VALUE_*,
 * NUMBER_OUT_OF_RANGE, UNPAIRED_SURROGATE, ID_*, CREATION_TIME_INVALID, NUMBERS_REWRITTEN, and ZIP_* where the entry itself is bad.
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
  const document = readDocument(line, table);
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
  // Convex writes nothing but Float64 there.
  if (typeof time === "bigint") {
    throw new UnnestError("NUMBERS_REWRITTEN", "a document's _creationTime is an Int64", {
      ...place,
      documentId: id,
      field: "_creationTime",
    });
  }
  if (typeof time !== "number" || !(time > 0 && time < firstInvalidTime)) {
    throw new UnnestError("CREATION_TIME_INVALID", "a document's _creationTime is missing or no time", {
      ...place,
      documentId: id,
    });
  }
  return { id, bytes: decoded.bytes };
}

function duplicate(table: ArchiveTable, line: number, id: string): UnnestError {
  return new UnnestError("ID_DUPLICATE", "a document's _id stands a second time", {
    ...table.place,
    line,
    documentId: id,
  });
}
