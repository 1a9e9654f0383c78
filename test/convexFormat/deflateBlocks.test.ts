import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { deflateBlocks } from "../../pipeline/convexFormat/deflateBlocks.js";

const mebibyte = 1 << 20;
/** Half of it random, so that blocks take different times. */
const content = (bytes: number): Buffer =>
  Buffer.concat([randomBytes(Math.floor(bytes / 2)), Buffer.alloc(Math.ceil(bytes / 2), "line\n")]);

function deflated(whole: Buffer, chunkBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let at = 0; at < whole.length; at += chunkBytes) chunks.push(whole.subarray(at, at + chunkBytes));
  return buffer(Readable.from(deflateBlocks(Readable.from(chunks))));
}

test.each([0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 6 * mebibyte, 7 * mebibyte + 5])(
  "%i bytes come back as one stream, whatever the chunks",
  async (bytes) => {
    const whole = content(bytes);
    const once = await deflated(whole, 3 * mebibyte);
    expect(inflateRawSync(once).equals(whole)).toBe(true);
    expect((await deflated(whole, 100_003)).equals(once)).toBe(true);
  },
);
