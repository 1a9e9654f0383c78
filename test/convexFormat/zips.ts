/** Archives for tests: made by a library, then spoilt byte by byte. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";
import { temporaryFolder } from "./temporaryFolder.js";

export interface ZipInput {
  readonly name: string;
  readonly data: string | Buffer;
  readonly compress?: boolean;
  readonly mode?: number;
}

/** The bytes of a ZIP whose entries have data descriptors and zero dates, as Convex writes them. */
export async function zipBytes(inputs: readonly ZipInput[], options: { zip64?: boolean } = {}): Promise<Buffer> {
  const zip = new ZipFile();
  const forceZip64Format = options.zip64 ?? false;
  for (const { name, data, compress = true, mode = 0o100644 } of inputs) {
    zip.addReadStreamLazy(name, { compress, mode, forceZip64Format, forceDosTimestamp: true }, (done) => {
      done(null, readable(data));
    });
  }
  zip.end({ forceZip64Format, comment: "" });
  const bytes = await buffer(zip.outputStream);
  for (const at of records(bytes, local)) bytes.fill(0, at + 10, at + 14);
  for (const at of records(bytes, central)) bytes.fill(0, at + 12, at + 16);
  return bytes;
}

export async function zipFile(bytes: Buffer): Promise<string> {
  const path = join(await temporaryFolder(), "export.zip");
  await writeFile(path, bytes);
  return path;
}

/** Fields of an entry in the central directory: offset and bytes. */
export const field = {
  flags: [8, 2],
  method: [10, 2],
  crc: [16, 4],
  compressedSize: [20, 4],
  size: [24, 4],
} as const;

/** A copy in which one field of one entry says something else. */
export function withField(
  bytes: Buffer,
  name: string,
  [offset, length]: readonly [number, number],
  value: number,
): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUIntLE(value, centralRecord(copy, name) + offset, length);
  return copy;
}

/** A copy in which an entry has another name of the same length, everywhere. */
export function renamed(bytes: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error("names must be of one length");
  return Buffer.from(bytes.toString("latin1").replaceAll(from, to), "latin1");
}

export function centralRecord(bytes: Buffer, name: string): number {
  const at = records(bytes, central).find(
    (record) => bytes.toString("utf8", record + 46, record + 46 + name.length) === name,
  );
  if (at === undefined) throw new Error(`no entry ${name}`);
  return at;
}

const local = Buffer.from([0x50, 0x4b, 3, 4]);
const central = Buffer.from([0x50, 0x4b, 1, 2]);

function records(bytes: Buffer, signature: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(signature); at !== -1; at = bytes.indexOf(signature, at + 4)) found.push(at);
  return found;
}

function readable(data: string | Buffer): NodeJS.ReadableStream {
  return Readable.from([Buffer.from(data)], { objectMode: false });
}
