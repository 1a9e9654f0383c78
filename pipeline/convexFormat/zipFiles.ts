/** The ZIP side of an archive: its central directory, read and judged before any data is. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { type Entry, getFileNameLowLevel, openPromise, validateFileName, type ZipFile } from "yauzl";
import { UnnestError } from "../errors.js";
import { hashFile } from "./hashFile.js";
import { isTableFile, isUpload, type StoredFile, type StoredFiles } from "./storedFile.js";
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

/** Opens a ZIP and lists the files of its tables. Throws UnnestError NOT_A_ZIP, ZIP_* or SYMBOLIC_LINK. */
export async function openZip(path: string, bytes: number): Promise<StoredFiles> {
  const zip = await openCentralDirectory(path);
  try {
    const { files, uploads } = await listEntries(zip, path, bytes);
    return {
      kind: "zip",
      bytes,
      files,
      uploads,
      async sha256() {
        const hash = createHash("sha256");
        await hashFile(hash, path);
        return hash.digest("hex");
      },
      async close() {
        zip.close();
      },
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/**
 * Names are decoded here, not by the library, so that each refusal has its own code; the library's check of sizes is off, since
 * `verifiedStream` checks size and CRC.
 */
async function openCentralDirectory(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, {
      autoClose: false,
      lazyEntries: true,
      decodeStrings: false,
      validateEntrySizes: false,
    });
  } catch (error) {
    if (!messageOf(error).startsWith("End of central directory record signature not found")) throw damaged(error, path);
    if (await startsLikeZip(path)) {
      throw new UnnestError(
        "ZIP_TRUNCATED",
        "the archive has a beginning but no end",
        { file: path },
        { cause: error },
      );
    }
    throw new UnnestError("NOT_A_ZIP", "the file is no ZIP archive", { file: path }, { cause: error });
  }
}

async function listEntries(zip: ZipFile, path: string, bytes: number): Promise<Pick<StoredFiles, "files" | "uploads">> {
  const files: StoredFile[] = [];
  const uploads: StoredFile[] = [];
  let compressedBytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const name = checkedName(entry, path);
      compressedBytes += entry.compressedSize;
      // Entries that share their data are how small archives unpack to more than deflate allows.
      if (compressedBytes > bytes) {
        throw new UnnestError("ZIP_BOMB", "the entries claim more data than the archive holds", {
          file: path,
          entry: name,
        });
      }
      const file = zipEntryFile({ zip, entry, name, path, isDeflated: entry.compressionMethod === deflated });
      if (isTableFile(name)) {
        checkEntry(entry, name, path);
        files.push(file);
      } else if (isUpload(name)) {
        // Judged when it is wanted: what users upload may look like anything.
        const open = async () => {
          checkEntry(entry, name, path);
          return await file.open();
        };
        uploads.push({ ...file, open });
      }
    }
  } catch (error) {
    throw error instanceof UnnestError ? error : damaged(error, path);
  }
  return { files, uploads };
}

function checkedName(entry: Entry, path: string): string {
  // With `decodeStrings` off, the library's `fileName` is bytes; this is its own decoding, backslashes kept.
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
  if (validateFileName(name) !== null || name.includes("\0")) {
    throw new UnnestError("ZIP_UNSAFE_PATH", "an entry's path leads out of the archive or is not spelled with /", {
      file: path,
      entry: name,
    });
  }
  return name;
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

/** What an error of the library means; errors of the disk stay what they are. */
function damaged(error: unknown, path: string): unknown {
  if (error instanceof Error && "syscall" in error) return error;
  const message = messageOf(error);
  if (message === "unexpected EOF") {
    return new UnnestError(
      "ZIP_TRUNCATED",
      "the archive ends before its list of entries does",
      { file: path },
      { cause: error },
    );
  }
  if (message === "strong encryption is not supported") {
    return new UnnestError("ZIP_ENCRYPTED", "an entry is encrypted", { file: path }, { cause: error });
  }
  return new UnnestError(
    "ZIP_DAMAGED",
    "the archive's list of entries cannot be read",
    { file: path },
    { cause: error },
  );
}

async function startsLikeZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.readUInt32LE(0) === 0x04034b50;
  } finally {
    await file.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "";
}
