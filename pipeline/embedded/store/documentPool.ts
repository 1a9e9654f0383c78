/**
 * Documents' texts, off the JavaScript heap: one growing set of large buffers instead of a string or a buffer each. A freed block is
 * used again for a text of about the same length, so that documents which are written over and over take no more room.
 */

const chunkBits = 24;
const chunkBytes = 2 ** chunkBits;
const smallestStep = 16;

/** Where a text lies: chunk number × 2^24 + offset. */
export type Place = number;

export class DocumentPool {
  private readonly chunks: Buffer[] = [];
  /** Bytes taken of the last chunk. */
  private filled = chunkBytes;
  private readonly free = new Map<number, Place[]>();

  /**
   * Stores a text.
   *
   * @returns its place and its length in bytes of UTF-8, to be given to `read` and `release`
   * @throws RangeError past 16 MiB, which no document's JSON reaches
   */
  write(text: string): { readonly place: Place; readonly length: number } {
    const length = Buffer.byteLength(text);
    const place = this.allocate(blockBytes(length));
    this.chunkOf(place).write(text, place % chunkBytes, length, "utf8");
    return { place, length };
  }

  read(place: Place, length: number): string {
    const start = place % chunkBytes;
    return this.chunkOf(place).toString("utf8", start, start + length);
  }

  release(place: Place, length: number): void {
    const bytes = blockBytes(length);
    const freed = this.free.get(bytes);
    if (freed === undefined) this.free.set(bytes, [place]);
    else freed.push(place);
  }

  /** Bytes of the buffers, used or not. */
  get bytes(): number {
    return this.chunks.length * chunkBytes;
  }

  private allocate(bytes: number): Place {
    const reused = this.free.get(bytes)?.pop();
    if (reused !== undefined) return reused;
    if (bytes > chunkBytes) throw new RangeError(`a text of ${bytes} bytes is no document`);
    if (this.filled + bytes > chunkBytes) {
      this.chunks.push(Buffer.allocUnsafeSlow(chunkBytes));
      this.filled = 0;
    }
    const place = (this.chunks.length - 1) * chunkBytes + this.filled;
    this.filled += bytes;
    return place;
  }

  private chunkOf(place: Place): Buffer {
    const chunk = this.chunks[Math.floor(place / chunkBytes)];
    if (chunk === undefined) throw new RangeError("no chunk holds this place");
    return chunk;
  }
}

/** Eight sizes of block between a power of two and the next: an eighth is wasted at most, and freed blocks find takers. */
function blockBytes(length: number): number {
  const least = Math.max(1, length);
  const step = Math.max(smallestStep, 2 ** (Math.floor(Math.log2(least)) - 3));
  return Math.ceil(least / step) * step;
}
