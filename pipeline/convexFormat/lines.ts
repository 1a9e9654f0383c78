import { type ErrorPlace, UnnestError } from "../errors.js";

export interface Line {
  /** 1-based. */
  readonly number: number;
  /** Without its line end (`\n` or `\r\n`). */
  readonly bytes: Buffer;
  /** False only for a last line that ends with the file. */
  readonly isTerminated: boolean;
}

/** The longest line that is read: several times a document of 1 MiB with everything escaped. */
export const maxLineBytes = 64 * 1024 * 1024;

const newline = 10;
const carriageReturn = 13;

/**
 * Splits a stream of bytes into its lines. An empty rest after the last `\n` is no line.
 * Memory: one chunk and one line. Throws UnnestError LINE_TOO_LONG before more than `maxBytes` of a line are held.
 * @param place named in the error, with the line added
 */
export async function* lines(
  stream: AsyncIterable<Buffer>,
  maxBytes: number = maxLineBytes,
  place: ErrorPlace = {},
): AsyncGenerator<Line> {
  let number = 1;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const checkLength = (bytes: number) => {
    if (bytes <= maxBytes) return;
    throw new UnnestError("LINE_TOO_LONG", "a line is longer than a document can be", {
      ...place,
      line: number,
      maxBytes,
    });
  };

  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      checkLength(pendingBytes + end - start);
      const rest = chunk.subarray(start, end);
      const bytes = pendingBytes === 0 ? rest : Buffer.concat([...pending, rest]);
      yield { number, bytes: withoutCarriageReturn(bytes), isTerminated: true };
      number++;
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      pending.push(chunk.subarray(start));
      pendingBytes += chunk.length - start;
      checkLength(pendingBytes);
    }
  }
  if (pendingBytes > 0) yield { number, bytes: withoutCarriageReturn(Buffer.concat(pending)), isTerminated: false };
}

function withoutCarriageReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
}
