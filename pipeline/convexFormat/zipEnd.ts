/** The end of a ZIP: where its directory lies, how long it is and how many entries it lists. Nothing else is read before this is sound. */
import { type FileHandle, open } from "node:fs/promises";
import { UnnestError } from "../errors.js";

export interface ZipEnd {
  /** Of the directory, in bytes from the beginning of the file. */
  readonly offset: number;
  /** Of the directory. */
  readonly bytes: number;
  readonly entries: number;
}

const signature = { entry: 0x04034b50, end: 0x06054b50, zip64End: 0x06064b50, zip64Locator: 0x07064b50 } as const;
const endBytes = 22;
const zip64EndBytes = 56;
const zip64LocatorBytes = 20;
const maxCommentBytes = 0xffff;

/**
 * Reads the end records of a ZIP and holds every number in them against the file: the directory ends where they begin, they name one
 * file and not a set of disks, and a ZIP64 record is what its 16- and 32-bit twin leaves open.
 *
 * @param bytes of the file
 * Throws UnnestError NOT_A_ZIP, ZIP_TRUNCATED or ZIP_DAMAGED.
 */
export async function readZipEnd(path: string, bytes: number): Promise<ZipEnd> {
  const file = await open(path);
  try {
    const tail = await read(file, Math.max(0, bytes - endBytes - maxCommentBytes), bytes);
    const at = lastEnd(tail);
    if (at === -1) throw await noEnd(file, path);
    const end = tail.subarray(at);
    const position = bytes - end.length;
    const damaged = (what: string): UnnestError => new UnnestError("ZIP_DAMAGED", what, { file: path });
    if (end.length !== endBytes + end.readUInt16LE(20)) throw damaged("something follows the end of the archive");
    const short = shortEnd(end);
    const record = await zip64Record(file, position);
    if (record === "unsound") throw damaged("the archive's ZIP64 end is not what its place says");
    const stated = record === null ? short : widened(short, record.numbers);
    if (stated === null) throw damaged("the two ends of the archive disagree");
    const [disk, firstDisk, entriesHere, entries, size, offset] = stated;
    if (disk !== 0n || firstDisk !== 0n || entriesHere !== entries) throw damaged("the archive is one disk of several");
    if (offset + size !== BigInt(record?.position ?? position)) {
      throw damaged("the archive's list of entries does not lie where it says");
    }
    // Both are below the size of the file now; so is the count, or it lies.
    return { offset: Number(offset), bytes: Number(size), entries: Number(entries) };
  } finally {
    await file.close();
  }
}

/** Disk, disk of the directory, entries on this disk, entries, bytes and offset of the directory. */
type Numbers = readonly [bigint, bigint, bigint, bigint, bigint, bigint];

const maxOf = [0xffffn, 0xffffn, 0xffffn, 0xffffn, 0xffff_ffffn, 0xffff_ffffn] as const;

function shortEnd(end: Buffer): Numbers {
  const u16 = (at: number): bigint => BigInt(end.readUInt16LE(at));
  const u32 = (at: number): bigint => BigInt(end.readUInt32LE(at));
  return [u16(4), u16(6), u16(8), u16(10), u32(12), u32(16)];
}

/** The numbers of a ZIP64 record; null where one of them is neither its short form nor what the short form cannot hold. */
function widened(short: Numbers, long: Numbers): Numbers | null {
  return short.every((number, index) => number === long[index] || number === maxOf[index]) ? long : null;
}

async function zip64Record(
  file: FileHandle,
  end: number,
): Promise<{ readonly position: number; readonly numbers: Numbers } | "unsound" | null> {
  const locator = await read(file, end - zip64LocatorBytes, end);
  if (locator.length < zip64LocatorBytes || locator.readUInt32LE(0) !== signature.zip64Locator) return null;
  const offset = locator.readBigUInt64LE(8);
  const isOneDisk = locator.readUInt32LE(4) === 0 && locator.readUInt32LE(16) <= 1;
  if (!isOneDisk || offset > BigInt(end - zip64LocatorBytes - zip64EndBytes)) return "unsound";
  const position = Number(offset);
  const record = await read(file, position, position + zip64EndBytes);
  // Its length counts what stands behind the length; behind the record stands the locator.
  const isSound =
    record.readUInt32LE(0) === signature.zip64End &&
    record.readBigUInt64LE(4) + 12n === BigInt(end - zip64LocatorBytes - position);
  if (!isSound) return "unsound";
  const u32 = (at: number): bigint => BigInt(record.readUInt32LE(at));
  const u64 = (at: number): bigint => record.readBigUInt64LE(at);
  return { position, numbers: [u32(16), u32(20), u64(24), u64(32), u64(40), u64(48)] };
}

/** Where the last end record begins; -1 where there is none. A comment that holds another one is not guessed at. */
function lastEnd(tail: Buffer): number {
  for (let at = tail.length - endBytes; at >= 0; at--) if (tail.readUInt32LE(at) === signature.end) return at;
  return -1;
}

async function noEnd(file: FileHandle, path: string): Promise<UnnestError> {
  const first = await read(file, 0, 4);
  if (first.length < 4 || first.readUInt32LE(0) !== signature.entry)
    return new UnnestError("NOT_A_ZIP", "the file is no ZIP archive", { file: path });
  return new UnnestError("ZIP_TRUNCATED", "the archive has a beginning but no end", { file: path });
}

/** The bytes from `start` to before `end`; none where `start` lies before the file, fewer where the file ends early. */
async function read(file: FileHandle, start: number, end: number): Promise<Buffer> {
  if (start < 0) return Buffer.alloc(0);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
  return buffer.subarray(0, bytesRead);
}
