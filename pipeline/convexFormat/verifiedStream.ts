import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { type ErrorPlace, UnnestError } from "../errors.js";

/**
 * The bytes of a stream, checked while they pass: nothing beyond the stated size is handed on, and at the end size and
 * CRC-32 must be the stated ones. Fails with UnnestError ZIP_ENTRY_SIZE, ZIP_ENTRY_CRC or, where it does not inflate, ZIP_DAMAGED.
 */
export function verifiedStream(
  data: AsyncIterable<Buffer>,
  expected: { readonly bytes: number; readonly crc32: number; readonly place: ErrorPlace },
): Readable {
  return Readable.from(verify(data, expected), { objectMode: false });
}

async function* verify(
  data: AsyncIterable<Buffer>,
  expected: { readonly bytes: number; readonly crc32: number; readonly place: ErrorPlace },
): AsyncGenerator<Buffer> {
  let bytes = 0;
  let sum = 0;
  try {
    for await (const chunk of data) {
      bytes += chunk.length;
      if (bytes > expected.bytes) break;
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (cause) {
    // More than was allowed for.
    if (codeOf(cause) === "ERR_BUFFER_TOO_LARGE") throw wrongSize(expected.place);
    // Errors of the disk are none of the archive's.
    if (!codeOf(cause).startsWith("Z_")) throw cause;
    throw new UnnestError("ZIP_DAMAGED", "an entry's data cannot be inflated", expected.place, { cause });
  }
  if (bytes !== expected.bytes) throw wrongSize(expected.place);
  if (sum !== expected.crc32) {
    throw new UnnestError(
      "ZIP_ENTRY_CRC",
      "an entry's data does not have the checksum it was written with",
      expected.place,
    );
  }
}

function wrongSize(place: ErrorPlace): UnnestError {
  return new UnnestError("ZIP_ENTRY_SIZE", "an entry's data does not have the size that is stated", place);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
