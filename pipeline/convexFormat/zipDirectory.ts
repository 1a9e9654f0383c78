/** The directory of a ZIP: its entries, their names and places checked against the file before any data is read. */
import type { FileHandle } from "node:fs/promises";
import { type Entry, getFileNameLowLevel, openPromise, validateFileName, type ZipFile } from "yauzl";
import { type ErrorPlace, UnnestError } from "../errors.js";
import type { ZipEnd } from "./zipEnd.js";

export interface ZipEntry {
  readonly entry: Entry;
  /** Its path, checked to stay inside the archive. */
  readonly name: string;
  /** Its header and data lie before this byte of the file. */
  readonly limit: number;
}

/** Bytes of a record of the directory, and of the header before an entry's data, without what varies. */
const recordBytes = 46;
const headerBytes = 30;
const headerSignature = 0x04034b50;

/**
 * Opens a ZIP whose end is sound. Names are decoded here, not by the library, so that each refusal has its own code; the library's check
 * of sizes is off, since `verifiedStream` checks size and CRC.
 */
export async function openDirectory(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, {
      autoClose: false,
      lazyEntries: true,
      decodeStrings: false,
      validateEntrySizes: false,
    });
  } catch (error) {
    throw damaged(error, path);
  }
}

/**
 * All entries, in the order of the directory. The records fill the directory to the byte, so that none is left out; the entries lie
 * before it, one behind the other.
 *
 * @param bytes of the file
 * Throws UnnestError ZIP_DAMAGED, ZIP_TRUNCATED, ZIP_ENCRYPTED, ZIP_UNSAFE_PATH, ZIP_BACKSLASHES or ZIP_BOMB.
 */
export async function readDirectory(zip: ZipFile, end: ZipEnd, path: string, bytes: number): Promise<ZipEntry[]> {
  const entries: { entry: Entry; name: string }[] = [];
  let compressedBytes = 0;
  let directoryBytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const name = checkedName(entry, path);
      directoryBytes += recordBytes + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
      compressedBytes += entry.compressedSize;
      // Entries that share their data are how small archives unpack to more than deflate allows.
      if (compressedBytes > bytes) {
        throw new UnnestError("ZIP_BOMB", "the entries claim more data than the archive holds", {
          file: path,
          entry: name,
        });
      }
      entries.push({ entry, name });
    }
  } catch (error) {
    throw error instanceof UnnestError ? error : damaged(error, path);
  }
  if (entries.length !== end.entries || directoryBytes !== end.bytes) {
    throw new UnnestError("ZIP_DAMAGED", "the archive's list of entries is longer or shorter than it says", {
      file: path,
    });
  }
  return withLimits(entries, end.offset, path);
}

/** Each entry ends where the next one begins, and the last one where the directory does. */
function withLimits(entries: readonly { entry: Entry; name: string }[], directory: number, path: string): ZipEntry[] {
  const limits = new Map<Entry, number>();
  let limit = directory;
  const fromTheEnd = entries.toSorted(
    (a, b) => b.entry.relativeOffsetOfLocalHeader - a.entry.relativeOffsetOfLocalHeader,
  );
  for (const { entry, name } of fromTheEnd) {
    const start = entry.relativeOffsetOfLocalHeader;
    if (start + headerBytes + entry.fileNameLength + entry.compressedSize > limit)
      throw misplaced({ file: path, entry: name });
    limits.set(entry, limit);
    limit = start;
  }
  return entries.map(({ entry, name }) => ({ entry, name, limit: limits.get(entry) ?? 0 }));
}

/** Where an entry's data begins, and what of it was read together with the header before it. */
export interface EntryStart {
  readonly position: number;
  readonly data: Buffer;
}

/** Bytes of fields behind a header's name that are read with it; longer ones cost another read. */
const usualExtraBytes = 64;

/**
 * Finds an entry's data by the header before it.
 * @param file the ZIP
 * @param ahead bytes of data to read with the header, where they lie where they usually do
 * Throws UnnestError ZIP_DAMAGED where that header is none, is that of another entry, or leaves no room for the data.
 */
export async function findData(
  file: FileHandle,
  { entry, name, limit }: ZipEntry,
  path: string,
  ahead: number,
): Promise<EntryStart> {
  const start = entry.relativeOffsetOfLocalHeader;
  const nameEnd = headerBytes + entry.fileNameLength;
  const length = Math.min(limit - start, nameEnd + (ahead > 0 ? usualExtraBytes + ahead : 0));
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, start);
  const isItsOwn =
    bytesRead >= nameEnd &&
    buffer.readUInt32LE(0) === headerSignature &&
    buffer.readUInt16LE(8) === entry.compressionMethod &&
    buffer.subarray(headerBytes, nameEnd).equals(entry.fileNameRaw);
  const dataStart = isItsOwn ? headerBytes + buffer.readUInt16LE(26) + buffer.readUInt16LE(28) : 0;
  if (!isItsOwn || start + dataStart + entry.compressedSize > limit) throw misplaced({ file: path, entry: name });
  const data = buffer.subarray(dataStart, Math.min(bytesRead, dataStart + entry.compressedSize));
  return { position: start + dataStart, data };
}

function misplaced(place: ErrorPlace): UnnestError {
  return new UnnestError("ZIP_DAMAGED", "an entry's data is not where the archive says", place);
}

function checkedName(entry: Entry, path: string): string {
  // With `decodeStrings` off, the library's `fileName` is bytes; this is its own decoding, backslashes kept.
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
  const place = { file: path, entry: name };
  const spelled = name.replaceAll("\\", "/");
  if (validateFileName(spelled) !== null || name.includes("\0")) {
    throw new UnnestError("ZIP_UNSAFE_PATH", "an entry's path leads out of the archive", place);
  }
  if (spelled !== name) throw new UnnestError("ZIP_BACKSLASHES", "an entry's path is spelled with \\, not /", place);
  return name;
}

/** What an error of the library means; errors of the disk stay what they are. */
function damaged(error: unknown, path: string): unknown {
  if (error instanceof Error && "syscall" in error) return error;
  const message = error instanceof Error ? error.message : "";
  const [code, what] =
    message === "strong encryption is not supported"
      ? (["ZIP_ENCRYPTED", "an entry is encrypted"] as const)
      : (["ZIP_DAMAGED", "the archive's list of entries cannot be read"] as const);
  return new UnnestError(code, what, { file: path }, { cause: error });
}
