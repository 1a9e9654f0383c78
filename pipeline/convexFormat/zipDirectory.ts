/** The directory of a ZIP: its entries, their names and places checked against the file before any data is read. */
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

/**
 * Where an entry's data begins, by the header before it.
 * Throws UnnestError ZIP_DAMAGED where that header is none, is that of another entry, or leaves no room for the data.
 */
export async function startOfData(zip: ZipFile, { entry, name, limit }: ZipEntry, path: string): Promise<number> {
  const place = { file: path, entry: name };
  try {
    const header = await zip.readLocalFileHeaderPromise(entry);
    const isItsOwn = header.fileName.equals(entry.fileNameRaw) && header.compressionMethod === entry.compressionMethod;
    if (isItsOwn && header.fileDataStart + entry.compressedSize <= limit) return header.fileDataStart;
  } catch (cause) {
    if (cause instanceof Error && "syscall" in cause) throw cause;
    throw misplaced(place, cause);
  }
  throw misplaced(place);
}

function misplaced(place: ErrorPlace, cause?: unknown): UnnestError {
  return new UnnestError("ZIP_DAMAGED", "an entry's data is not where the archive says", place, { cause });
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
