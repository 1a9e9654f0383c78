import { isUtf8 } from "node:buffer";
import type { ArchiveTable } from "../convexFormat/archive.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import { diagnoseDocuments } from "../convexFormat/diagnoseDocuments.js";
import { type TableEncoding, toUniformLine } from "../convexFormat/encoding.js";
import { decodeId } from "../convexFormat/ids.js";
import { type Line, lines, maxLineBytes } from "../convexFormat/lines.js";
import { UnnestError } from "../errors.js";
import { DocumentScanner, type Reading } from "./documentScanner.js";
import { FieldTree } from "./fieldTree.js";
import type { Kind } from "./inspection.js";
import { MalformedLine } from "./jsonBytes.js";
import { ReferenceCollector } from "./referenceCollector.js";
import { SpoolFile } from "./spoolFile.js";

/** 2^53, where milliseconds stop being exact. */
const firstInvalidTime = 2 ** 53;

/** What one pass over a table's lines gives. */
export interface TableProfile {
  readonly table: ArchiveTable;
  readonly rows: number;
  /** Bytes of all lines and of the longest, without their ends. */
  readonly lineBytes: number;
  readonly longestLine: number;
  readonly fields: FieldTree;
  /** Every `_id`, a line each, and whether they ascend, so that none can be there twice. */
  readonly idsPath: string;
  readonly idsAscend: boolean;
  /** What ReferenceCollector wrote. */
  readonly referencesPath: string;
  /** Sum of `size` of the files that a `_storage` table lists; 0 for other tables. */
  readonly fileBytes: number;
}

/**
 * Reads a table once, line by line.
 * @param spool path of the files it writes, to which `.ids` and `.references` are added
 * @param onBytes called with each chunk's bytes; throws to stop
 * Throws UnnestError as `diagnoseDocuments` does.
 */
export async function profileTable(
  table: ArchiveTable,
  spool: string,
  onBytes: (bytes: number) => void,
): Promise<TableProfile> {
  try {
    return await readTable(table, spool, onBytes);
  } catch (error) {
    // The exact reader finds the line again and says what is wrong; what it lets pass is no line's fault.
    if (error instanceof MalformedLine) await diagnoseDocuments(table);
    throw error;
  }
}

async function readTable(table: ArchiveTable, spool: string, onBytes: (bytes: number) => void): Promise<TableProfile> {
  const idsPath = `${spool}.ids`;
  const referencesPath = `${spool}.references`;
  const idsFile = new SpoolFile(idsPath);
  const referencesFile = new SpoolFile(referencesPath);
  const fields = new FieldTree();
  const references = new ReferenceCollector(referencesFile);
  const scan = lineScanner(table, new DocumentScanner(fields, references, readingOf(table.encoding)));
  const sizeOf = table.name === "_storage" ? fileSize : () => 0;

  let [rows, lineBytes, longestLine, fileBytes] = [0, 0, 0, 0];
  let idsAscend = true;
  let previousId = "";
  try {
    for await (const line of lines(counted(await table.open(), onBytes), maxLineBytes, table.place)) {
      const id = scan(line);
      idsFile.line(id);
      if (id <= previousId) idsAscend = false;
      previousId = id;
      rows++;
      lineBytes += line.bytes.length;
      longestLine = Math.max(longestLine, line.bytes.length);
      fileBytes += sizeOf(line);
    }
    references.flush();
  } finally {
    idsFile.close();
    referencesFile.close();
  }
  return { table, rows, lineBytes, longestLine, fields, idsPath, idsAscend, referencesPath, fileBytes };
}

/** Counts a line into the scanner's tree; returns the document's `_id`, or throws MalformedLine. */
function lineScanner(table: ArchiveTable, scanner: DocumentScanner): (line: Line) => string {
  const { encoding, tableNumber } = table;
  const inPlace = isReadInPlace(encoding);
  return ({ bytes }) => {
    if (!isUtf8(bytes)) throw new MalformedLine();
    const { id, creationTime } = scanner.scan(inPlace ? bytes : reencoded(bytes, encoding));
    if (id === null || decodeId(id)?.tableNumber !== tableNumber) throw new MalformedLine();
    if (!(creationTime > 0 && creationTime < firstInvalidTime)) throw new MalformedLine();
    return id;
  };
}

function reencoded(bytes: Buffer, encoding: TableEncoding): Buffer {
  return Buffer.from(orMalformed(() => toUniformLine(bytes.toString("utf8"), encoding)));
}

/** Lines are scanned as they stand wherever their encoding leaves only the kind of numbers open. */
function isReadInPlace(encoding: TableEncoding): boolean {
  return encoding.kind !== "shape" || (encoding.reader.isInert && encoding.overrides.size === 0);
}

function readingOf(encoding: TableEncoding): Reading {
  if (encoding.kind === "uniform" || !isReadInPlace(encoding)) return { integers: "int64", dollarObject: kindOfTagged };
  return {
    integers: "float64",
    dollarObject: () => {
      throw new MalformedLine();
    },
  };
}

function kindOfTagged(text: string): Kind {
  const value = orMalformed(() => decodeValue(text));
  if (typeof value === "bigint") return "int64";
  return typeof value === "number" ? "float64" : "bytes";
}

/** Errors of a reader that knows no place: the reader that finds the line again throws them with it. */
function orMalformed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UnnestError ? new MalformedLine() : error;
  }
}

function fileSize({ bytes }: Line): number {
  const { size } = JSON.parse(bytes.toString("utf8")) as { size?: unknown };
  return typeof size === "number" ? size : 0;
}

async function* counted(chunks: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}
