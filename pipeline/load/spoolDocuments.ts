/** A table's documents on their way from the archive to DuckDB: chunk files of whole lines. */
import { isUtf8 } from "node:buffer";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import type { ArchiveTable } from "../convexFormat/archive.js";
import { passesAsUniform, type TableEncoding, toUniformLine } from "../convexFormat/encoding.js";
import { maxLineBytes } from "../convexFormat/lines.js";
import type { DocumentLine } from "./documentLine.js";

export interface DocumentChunk {
  readonly path: string;
  readonly lines: number;
  /** Of its longest line. */
  readonly longest: number;
  /** As they stand in the archive. */
  readonly archiveBytes: number;
}

/** A line that no bulk reader may see: `diagnoseDocuments` says what is wrong with it. */
export class UnreadableLine extends Error {}

/** Large enough for DuckDB to share a chunk among its threads, small enough to be read again from the page cache. */
const defaultChunkBytes = 64 << 20;

const newline = 10;
const newlineBytes = Buffer.from("\n");

/**
 * Writes the documents of a table into files, one after the other; the reader deletes them.
 * Memory: one read of the archive and one line.
 * @param folder that exists only for this table
 * @param line of its raw table's columns
 * @param chunkBytes after which a file is ended
 * Throws UnreadableLine, what the archive's stream throws, and what `toUniformLine` and `DocumentLine` throw.
 */
export async function* spoolDocuments(
  table: ArchiveTable,
  folder: string,
  line: DocumentLine,
  chunkBytes = defaultChunkBytes,
): AsyncGenerator<DocumentChunk> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let file: FileHandle | null = null;
  let chunk = { path: "", lines: 0, longest: 0, archiveBytes: 0 };
  let written = 0;
  let count = 0;
  try {
    for await (const rows of rowBlocks(table, line)) {
      if (file === null) {
        chunk = { path: join(folder, `${count++}.jsonl`), lines: 0, longest: 0, archiveBytes: 0 };
        file = await open(chunk.path, "w", 0o600);
        written = 0;
      }
      await file.writeFile(rows.bytes);
      written += rows.bytes.length;
      chunk.lines += rows.lines;
      chunk.longest = Math.max(chunk.longest, rows.longest);
      chunk.archiveBytes += rows.archiveBytes;
      if (written < chunkBytes) continue;
      await file.close();
      file = null;
      yield chunk;
    }
  } finally {
    await file?.close();
  }
  if (file !== null) yield chunk;
}

/** Whole lines as DuckDB is to read them. */
export interface RowBlock {
  readonly bytes: Buffer;
  readonly lines: number;
  /** Of the longest line, in bytes. */
  readonly longest: number;
  /** Of the same lines in the archive. */
  readonly archiveBytes: number;
}

/** The documents of a table, in pieces as they come. Throws what `spoolDocuments` throws. */
export async function* rowBlocks(table: ArchiveTable, line: DocumentLine): AsyncGenerator<RowBlock> {
  const lines = new RowLines(table.encoding, line);
  for await (const block of wholeLines(await table.open())) yield { ...lines.read(block), archiveBytes: block.length };
}

/** Cuts a stream into blocks that end with a line's end; the last one is given one where the file lacks it. */
async function* wholeLines(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const data of stream) {
    const first = data.indexOf(newline) + 1;
    if (first === 0) {
      pending.push(data);
      pendingBytes += data.length;
    } else {
      const last = data.lastIndexOf(newline) + 1;
      // Only the line that began before is put together; the others are passed on where they are.
      const rest = pendingBytes === 0 ? 0 : first;
      if (pendingBytes + rest > maxLineBytes) throw new UnreadableLine("a line is too long");
      if (rest > 0) yield Buffer.concat([...pending, data.subarray(0, rest)]);
      if (last > rest) yield data.subarray(rest, last);
      pending = last < data.length ? [data.subarray(last)] : [];
      pendingBytes = data.length - last;
    }
    if (pendingBytes > maxLineBytes) throw new UnreadableLine("a line is too long");
  }
  if (pendingBytes > 0) yield Buffer.concat([...pending, newlineBytes]);
}

/** Blocks of archive lines, which it may change in place, into blocks of lines for DuckDB. */
class RowLines {
  constructor(
    private readonly encoding: TableEncoding,
    private readonly line: DocumentLine,
  ) {}

  /** @param block whole lines */
  read(block: Buffer): Omit<RowBlock, "archiveBytes"> {
    const uniform = passesAsUniform(this.encoding) ? block : this.toUniform(block);
    const pieces: Buffer[] = [];
    let copied = 0;
    let lines = 0;
    let longest = 0;
    for (let start = 0; start < uniform.length; lines++) {
      const row = this.line.rewrite(uniform, start);
      const end = this.line.end + 1;
      if (row !== null) {
        pieces.push(uniform.subarray(copied, start), row);
        copied = end;
      }
      longest = Math.max(longest, row?.length ?? end - start);
      start = end;
    }
    const bytes = pieces.length === 0 ? uniform : Buffer.concat([...pieces, uniform.subarray(copied)]);
    return { bytes, lines, longest };
  }

  private toUniform(block: Buffer): Buffer {
    // Decoding would put U+FFFD in the place of what is no UTF-8.
    if (!isUtf8(block)) throw new UnreadableLine("a line is not UTF-8");
    const lines = block.toString("utf8", 0, block.length - 1).split("\n");
    return Buffer.from(lines.map((line) => `${toUniformLine(line, this.encoding)}\n`).join(""));
  }
}
