/** One entry of a ZIP as a file: where its data lies, inflated where it is deflated. */
import { createReadStream } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";
import { UnnestError } from "../errors.js";
import type { StoredFile } from "./storedFile.js";
import { verifiedStream } from "./verifiedStream.js";

/** Bytes read and inflated at a time: fewer, larger chunks cost less in Node's streams. */
const chunkBytes = 1 << 18;

/**
 * @param source.name path of the entry inside the ZIP
 * @param source.path of the ZIP
 */
export function zipEntryFile(source: {
  readonly zip: ZipFile;
  readonly entry: Entry;
  readonly name: string;
  readonly path: string;
  readonly isDeflated: boolean;
}): StoredFile {
  const { entry, name, path, isDeflated } = source;
  const place = { file: path, entry: name };

  /** The entry's data as it is stored. Each stream has its own file handle, so that tables can be read side by side. */
  async function openStored(): Promise<Readable> {
    const start = await startOfData(source);
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

async function startOfData(source: { zip: ZipFile; entry: Entry; name: string; path: string }): Promise<number> {
  try {
    const header = await source.zip.readLocalFileHeaderPromise(source.entry, { minimal: true });
    return header.fileDataStart;
  } catch (cause) {
    const place = { file: source.path, entry: source.name };
    throw new UnnestError("ZIP_DAMAGED", "an entry's data is not where the archive says", place, { cause });
  }
}
