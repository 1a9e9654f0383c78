/** A table's documents on their way from the archive to DuckDB: chunk files of whole `"uniform"` lines. */
import { isUtf8 } from "node:buffer";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import type { ArchiveTable } from "../convexFormat/archive.js";
import { passesAsUniform, toUniformLine } from "../convexFormat/encoding.js";
import { maxLineBytes } from "../convexFormat/lines.js";
import { ArrayLifter } from "./liftArrays.js";

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
const chunkBytes = 64 << 20;

const newline = 10;
const openBrace = 123;
const closeBrace = 125;
const newlineBytes = Buffer.from("\n");

/**
 * Writes the documents of a table into files, one after the other; the reader deletes them.
 * Memory: one read of the archive and one line.
 * @param folder that exists only for this table
 * @param lifted top-level fields whose arrays of floats are lifted
 * Throws UnreadableLine, what the archive's stream throws, and what `toUniformLine` throws.
 */
export async function* spoolDocuments(
  table: ArchiveTable,
  folder: string,
  lifted: readonly string[],
): AsyncGenerator<DocumentChunk> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lines = new UniformLines(table, new ArrayLifter(lifted));
  let file: FileHandle | null = null;
  let chunk = { path: "", lines: 0, longest: 0, archiveBytes: 0 };
  let written = 0;
  let count = 0;
  try {
    for await (const block of wholeLines(await table.open())) {
      if (file === null) {
        chunk = { path: join(folder, `${count++}.jsonl`), lines: 0, longest: 0, archiveBytes: 0 };
        file = await open(chunk.path, "w", 0o600);
        written = 0;
      }
      const uniform = lines.read(block);
      await file.writeFile(uniform.bytes);
      written += uniform.bytes.length;
      chunk.lines += uniform.lines;
      chunk.longest = Math.max(chunk.longest, uniform.longest);
      chunk.archiveBytes += block.length;
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
      if (rest > 0) yield Buffer.concat([...pending, data.subarray(0, rest)]);
      if (last > rest) yield data.subarray(rest, last);
      pending = last < data.length ? [data.subarray(last)] : [];
      pendingBytes = data.length - last;
    }
    if (pendingBytes > maxLineBytes) throw new UnreadableLine("a line is too long");
  }
  if (pendingBytes > 0) yield Buffer.concat([...pending, newlineBytes]);
}

class UniformLines {
  constructor(
    private readonly table: ArchiveTable,
    private readonly lifter: ArrayLifter,
  ) {}

  /** @param block whole lines */
  read(block: Buffer): { readonly bytes: Buffer; readonly lines: number; readonly longest: number } {
    let uniform = block;
    let scan = scanLines(block);
    if (!scan.isPlain || !passesAsUniform(this.table.encoding)) {
      uniform = this.rewrite(block);
      scan = scanLines(uniform);
    }
    if (this.lifter.isForged(uniform)) throw new UnreadableLine("a key is not printable");
    return { bytes: this.lifter.lift(uniform), lines: scan.lines, longest: scan.longest };
  }

  private rewrite(block: Buffer): Buffer {
    if (!isUtf8(block)) throw new UnreadableLine("a line is not UTF-8");
    const lines = block.toString("utf8", 0, block.length - 1).split("\n");
    // What JSON calls white space may stand around a document (`\r\n` among it).
    const trimmed = lines.map((line) => line.replace(/^[ \t\r]+|[ \t\r]+$/g, ""));
    if (!trimmed.every((line) => line.startsWith("{") && line.endsWith("}"))) {
      throw new UnreadableLine("a line is no object");
    }
    return Buffer.from(trimmed.map((line) => `${toUniformLine(line, this.table.encoding)}\n`).join(""));
  }
}

/** Whether every line is one that begins and ends as an object does: DuckDB's reader would pass over blanks without a word. */
function scanLines(block: Buffer): { isPlain: boolean; lines: number; longest: number } {
  let isPlain = true;
  let lines = 0;
  let longest = 0;
  for (let start = 0; start < block.length; lines++) {
    const end = block.indexOf(newline, start);
    if (block[start] !== openBrace || block[end - 1] !== closeBrace) isPlain = false;
    if (end - start > longest) longest = end - start;
    start = end + 1;
  }
  return { isPlain, lines, longest };
}
