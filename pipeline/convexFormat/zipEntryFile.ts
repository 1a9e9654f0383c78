/** One entry of a ZIP as a file: where its data lies, inflated where it is deflated. */
import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import type { ZipFile } from "yauzl";
import type { StoredFile } from "./storedFile.js";
import { verifiedStream } from "./verifiedStream.js";
import { startOfData, type ZipEntry } from "./zipDirectory.js";

/** Bytes read and inflated at a time: fewer, larger chunks cost less in Node's streams. */
const chunkBytes = 1 << 18;

/** @param source.path of the ZIP */
export function zipEntryFile(source: {
  readonly zip: ZipFile;
  readonly entry: ZipEntry;
  readonly path: string;
  readonly isDeflated: boolean;
}): StoredFile {
  const { path, isDeflated } = source;
  const { entry, name } = source.entry;
  const place = { file: path, entry: name };

  /** The entry's data as it is stored. Each stream has its own file handle, so that tables can be read side by side. */
  async function openStored(): Promise<Readable> {
    const start = await startOfData(source.zip, source.entry, path);
    const end = start + entry.compressedSize - 1;
    return end < start ? Readable.from([]) : createReadStream(path, { start, end, highWaterMark: chunkBytes });
  }

  return {
    path: name,
    bytes: entry.uncompressedSize,
    async open() {
      const data = await openStored();
      return verifiedStream(isDeflated ? inflated(data) : data, {
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
