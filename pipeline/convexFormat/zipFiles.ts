/** The ZIP side of an archive: its directory, read and checked before any data is. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { Entry } from "yauzl";
import { UnnestError } from "../errors.js";
import { hashFile } from "./hashFile.js";
import { isTableFile, isUpload, type StoredFile, type StoredFiles } from "./storedFile.js";
import { findData, openDirectory, readDirectory, type ZipEntry } from "./zipDirectory.js";
import { readZipEnd } from "./zipEnd.js";
import { zipEntryFile } from "./zipEntryFile.js";

const stored = 0;
const deflated = 8;

/** Deflate cannot shrink anything further than 1032 to 1; a few bytes of slack for the empty entry. */
const deflateLimit = 1032;
const deflateSlack = 2048;

/**
 * An entry above both is taken for a bomb: documents carry random ids, so that a real table of this size stays far below 300 to 1.
 * Smaller ones can do no harm, since data is streamed and cut off at the stated size.
 */
const bombRatio = 300;
const bombBytes = 2 ** 30;

const fileTypeMask = 0o170000;
const symbolicLink = 0o120000;

/**
 * Opens a ZIP and lists the files of its tables.
 * @param bytes of the file
 * Throws UnnestError NOT_A_ZIP, ZIP_* or SYMBOLIC_LINK.
 */
export async function openZip(path: string, bytes: number): Promise<StoredFiles> {
  const end = await readZipEnd(path, bytes);
  const zip = await openDirectory(path);
  const file = await open(path);
  const close = async (): Promise<void> => {
    zip.close();
    await file.close();
  };
  try {
    const entries = await readDirectory(zip, end, path, bytes);
    // Nothing reads these, and one of them may be a table whose name is damaged.
    const others = entries.filter(({ name }) => !isTableFile(name) && !isUpload(name));
    for (const entry of others) await findData(file, entry, path, 0);
    const fileOf = (entry: ZipEntry): StoredFile =>
      zipEntryFile({ entry, path, file, isDeflated: entry.entry.compressionMethod === deflated });
    return {
      kind: "zip",
      bytes,
      files: entries
        .filter(({ name }) => isTableFile(name))
        .map((entry) => {
          checkEntry(entry.entry, entry.name, path);
          return fileOf(entry);
        }),
      uploads: entries
        .filter(({ name }) => isUpload(name))
        .map((entry) => {
          const upload = fileOf(entry);
          // Checked when it is wanted: what users upload may look like anything.
          const open = async () => {
            checkEntry(entry.entry, entry.name, path);
            return await upload.open();
          };
          return { ...upload, open };
        }),
      async sha256() {
        const hash = createHash("sha256");
        await hashFile(hash, path);
        return hash.digest("hex");
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function checkEntry(entry: Entry, name: string, path: string): void {
  const place = { file: path, entry: name };
  const { compressionMethod: method, compressedSize, uncompressedSize } = entry;
  if (entry.isEncrypted()) throw new UnnestError("ZIP_ENCRYPTED", "an entry is encrypted", place);
  if (method !== stored && method !== deflated) {
    throw new UnnestError("ZIP_METHOD", `an entry is compressed by method ${method}`, place);
  }
  if (((entry.externalFileAttributes >>> 16) & fileTypeMask) === symbolicLink) {
    throw new UnnestError("SYMBOLIC_LINK", "an entry is a symbolic link", place);
  }
  const isPossible =
    method === stored
      ? compressedSize === uncompressedSize
      : uncompressedSize <= compressedSize * deflateLimit + deflateSlack;
  if (!isPossible) {
    throw new UnnestError("ZIP_ENTRY_SIZE", "an entry states a size that its data cannot have", place);
  }
  if (uncompressedSize > bombBytes && uncompressedSize > compressedSize * bombRatio) {
    throw new UnnestError("ZIP_BOMB", `an entry would unpack to more than ${bombRatio} times its size`, {
      ...place,
      bytes: uncompressedSize,
      compressedBytes: compressedSize,
    });
  }
}
