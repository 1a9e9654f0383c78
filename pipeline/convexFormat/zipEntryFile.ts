/** One entry of a ZIP as a file: where its data lies, inflated where it is deflated. */
import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createInflateRaw, inflateRawSync } from "node:zlib";
import type { StoredFile } from "./storedFile.js";
import { verifiedStream } from "./verifiedStream.js";
import { type EntryStart, findData, type ZipEntry } from "./zipDirectory.js";

/** Bytes read and inflated at a time: fewer, larger chunks cost less in Node's streams. */
const chunkBytes = 1 << 18;

/** An entry of no more is read at once: streams with their buffers, and a file handle of its own, cost more than such data. */
const maxBytesAtOnce = 1 << 16;

/**
 * @param source.path of the ZIP
 * @param source.file the same, open for as long as the archive
 */
export function zipEntryFile(source: {
  readonly entry: ZipEntry;
  readonly path: string;
  readonly file: FileHandle;
  readonly isDeflated: boolean;
}): StoredFile {
  const { path, file, isDeflated } = source;
  const { entry, name } = source.entry;
  const place = { file: path, entry: name };

  /** The entry's data as it is stored. Each stream has its own file handle, so that tables can be read side by side. */
  function openStored({ position: start }: EntryStart): Readable {
    const end = start + entry.compressedSize - 1;
    return end < start ? Readable.from([]) : createReadStream(path, { start, end, highWaterMark: chunkBytes });
  }

  async function* atOnce({ position, data }: EntryStart): AsyncGenerator<Buffer> {
    const missing = entry.compressedSize - data.length;
    const rest = Buffer.alloc(missing);
    if (missing > 0) await file.read(rest, 0, missing, position + data.length);
    const stored = missing > 0 ? Buffer.concat([data, rest]) : data;
    yield isDeflated ? inflateRawSync(stored, { maxOutputLength: entry.uncompressedSize + 1 }) : stored;
  }

  return {
    path: name,
    bytes: entry.uncompressedSize,
    async open() {
      const isSmall = Math.max(entry.compressedSize, entry.uncompressedSize) <= maxBytesAtOnce;
      const start = await findData(file, source.entry, path, isSmall ? entry.compressedSize : 0);
      const data = isSmall ? atOnce(start) : isDeflated ? inflated(openStored(start)) : openStored(start);
      return verifiedStream(data, {
        bytes: entry.uncompressedSize,
        crc32: entry.crc32,
        place,
      });
    },
  };
}

function inflated(data: Readable): Readable {
  // What fails shows in the stream that is read, so there is nothing to do when the chain ends.
  return pipeline(data, createInflateRaw({ chunkSize: chunkBytes }), () => undefined);
}
