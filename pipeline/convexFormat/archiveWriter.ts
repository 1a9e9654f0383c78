/** Writing an export: a ZIP that `npx convex import` and `openArchive` read, the same bytes for the same tables. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { type ZipEntry, zipStream } from "./zipWriter.js";

export interface WrittenTable {
  readonly name: string;
  readonly tableNumber: number;
  /** Documents in `"uniform"` encoding. A string is one line without its line end; a Buffer is taken as it is, line ends and all. */
  readonly lines: AsyncIterable<string | Buffer>;
}

/** A file that was uploaded to the deployment. */
export interface WrittenFile {
  /** Its id, and an extension if it has one. */
  readonly name: string;
  readonly content: AsyncIterable<Buffer>;
}

/** Lines are gathered to about this many bytes before they are compressed. */
const chunkBytes = 1 << 18;

/**
 * Writes tables into a ZIP at `path`, under a temporary name until it is complete; the file is its owner's alone (mode 0600).
 * Memory does not grow with the tables: lines are asked for only as fast as the disk takes them. ZIP64 comes in where a size needs it.
 * Convex's own tables (names that begin with `_`) are neither listed in `_tables` nor given a generated schema, as in an export.
 * @param files uploaded ones; `tables` then has a `_storage` that lists them
 * @returns size and hexadecimal SHA-256 of the file
 */
export async function writeArchive(
  path: string,
  tables: readonly WrittenTable[],
  files: readonly WrittenFile[] = [],
): Promise<{ bytes: number; sha256: string }> {
  const temporary = `${path}.part`;
  await rm(temporary, { force: true });
  const hash = createHash("sha256");
  let bytes = 0;
  async function* counted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  try {
    await pipeline(
      zipStream(entries(tables, files)),
      counted,
      createWriteStream(temporary, { mode: 0o600, flush: true, flags: "wx" }),
    );
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { bytes, sha256: hash.digest("hex") };
}

function* entries(tables: readonly WrittenTable[], files: readonly WrittenFile[]): Generator<ZipEntry> {
  const listed = tables.filter((table) => !table.name.startsWith("_"));
  const numbered = listed.toSorted((a, b) => a.tableNumber - b.tableNumber);
  const tableLines = numbered.map(({ name, tableNumber }) => JSON.stringify({ name, id: tableNumber }));
  yield { name: "_tables/documents.jsonl", content: inChunks(tableLines) };
  for (const table of tables) {
    yield { name: `${table.name}/documents.jsonl`, content: inChunks(table.lines) };
    if (listed.includes(table))
      yield { name: `${table.name}/generated_schema.jsonl`, content: inChunks(['"uniform"']) };
  }
  for (const { name, content } of files) yield { name: `_storage/${name}`, content };
}

async function* inChunks(lines: AsyncIterable<string | Buffer> | Iterable<string>): AsyncGenerator<Buffer> {
  let text: string[] = [];
  let length = 0;
  const gathered = () => {
    const chunk = Buffer.from(text.join(""), "utf8");
    text = [];
    length = 0;
    return chunk;
  };
  for await (const line of lines) {
    if (typeof line === "string") {
      text.push(line, "\n");
      length += line.length + 1;
      if (length >= chunkBytes) yield gathered();
    } else {
      if (length > 0) yield gathered();
      yield line;
    }
  }
  if (length > 0) yield gathered();
}
