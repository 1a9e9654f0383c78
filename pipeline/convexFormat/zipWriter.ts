/**
 * A ZIP as a stream of bytes (APPNOTE.TXT 6.3): deflated entries with data descriptors, ZIP64 where a size or place needs it. Its own
 * code because checksum and compression are Node's native ones; with a checksum in JavaScript a package takes half as long again.
 */
import { crc32 } from "node:zlib";
import { deflateBlocks } from "./deflateBlocks.js";

export interface ZipEntry {
  /** Path in the archive, `/` between its parts. */
  readonly name: string;
  readonly content: AsyncIterable<Buffer>;
}

/** What the directory at the end says of an entry. */
interface WrittenEntry {
  readonly name: Buffer;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  readonly offset: number;
  readonly zip64: boolean;
}

/** The fields that a ZIP has had from the start hold less than this; what they say when ZIP64 fields hold the number. */
const most32 = 0xffff_ffff;
const most16 = 0xffff;
/** Made on Unix, by version 6.3 of the format. */
const madeBy = (3 << 8) | 63;
const plainVersion = 20;
const zip64Version = 45;
/** Sizes follow the content; the name is UTF-8. */
const flags = (1 << 3) | (1 << 11);
const deflated = 8;
/** 1 January 1980, the earliest a ZIP can say: the same content gives the same bytes. */
const date = (1 << 5) | 1;
/** A regular file of its owner alone. */
const mode = 0o100600;

/**
 * Asks for an entry's content only when the one before is written, and only as fast as the stream is read.
 * @param zip64From size or place, in bytes, that is written as ZIP64; tests have a smaller one
 */
export async function* zipStream(entries: Iterable<ZipEntry>, zip64From = most32): AsyncGenerator<Buffer> {
  const written: WrittenEntry[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const header = localHeader(name);
    yield header;
    const sizes = { crc32: 0, bytes: 0, compressedBytes: 0 };
    for await (const chunk of deflateBlocks(counted(entry.content, sizes))) {
      sizes.compressedBytes += chunk.length;
      yield chunk;
    }
    const zip64 = Math.max(offset, sizes.bytes, sizes.compressedBytes) >= zip64From;
    const done = { name, offset, zip64, ...sizes };
    const descriptor = dataDescriptor(done);
    yield descriptor;
    written.push(done);
    offset += header.length + sizes.compressedBytes + descriptor.length;
  }
  const directory = Buffer.concat(written.map(directoryRecord));
  yield directory;
  const zip64 = written.length >= most16 || Math.max(offset, directory.length) >= zip64From;
  yield endOfDirectory(written.length, offset, directory.length, zip64);
}

/** Counts what goes in, into `sizes`. */
async function* counted(
  content: AsyncIterable<Buffer>,
  sizes: { crc32: number; bytes: number },
): AsyncGenerator<Buffer> {
  for await (const chunk of content) {
    sizes.crc32 = crc32(chunk, sizes.crc32);
    sizes.bytes += chunk.length;
    yield chunk;
  }
}

function localHeader(name: Buffer): Buffer {
  const fields = [u32(0x04034b50), u16(plainVersion), u16(flags), u16(deflated), u16(0), u16(date)];
  return Buffer.concat([...fields, u32(0), u32(0), u32(0), u16(name.length), u16(0), name]);
}

function dataDescriptor(entry: WrittenEntry): Buffer {
  const size = entry.zip64 ? u64 : u32;
  return Buffer.concat([u32(0x08074b50), u32(entry.crc32), size(entry.compressedBytes), size(entry.bytes)]);
}

function directoryRecord(entry: WrittenEntry): Buffer {
  const { name, bytes, compressedBytes, offset, zip64 } = entry;
  const extra = zip64
    ? Buffer.concat([u16(1), u16(24), u64(bytes), u64(compressedBytes), u64(offset)])
    : Buffer.alloc(0);
  const size = (value: number): Buffer => u32(zip64 ? most32 : value);
  return Buffer.concat([
    u32(0x02014b50),
    ...[madeBy, zip64 ? zip64Version : plainVersion, flags, deflated, 0, date].map(u16),
    ...[u32(entry.crc32), size(compressedBytes), size(bytes)],
    // No comment, on disk 0, no internal attributes.
    ...[name.length, extra.length, 0, 0, 0].map(u16),
    ...[u32(mode * 2 ** 16), size(offset), name, extra],
  ]);
}

function endOfDirectory(count: number, offset: number, bytes: number, zip64: boolean): Buffer {
  const entries = u16(zip64 ? most16 : count);
  const sizes = [bytes, offset].map((value) => u32(zip64 ? most32 : value));
  const end = [u32(0x06054b50), u16(0), u16(0), entries, entries, ...sizes, u16(0)];
  if (!zip64) return Buffer.concat(end);
  const record = [u32(0x06064b50), u64(44), u16(madeBy), u16(zip64Version), u32(0), u32(0)];
  const locator = [u32(0x07064b50), u32(0), u64(offset + bytes), u32(1)];
  return Buffer.concat([...record, ...[count, count, bytes, offset].map(u64), ...locator, ...end]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
