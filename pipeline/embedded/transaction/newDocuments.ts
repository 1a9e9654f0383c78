/** Ids and creation times of new documents. */
import { encodeId } from "../../convexFormat/ids.js";

const dayMilliseconds = 86_400_000;
/** Convex's creation times are finer than a millisecond. */
const leastStep = 1 / 1024;

export class NewDocuments {
  private last = 0;

  constructor(
    private readonly random: () => number,
    private readonly now: () => number,
  ) {}

  /** As Convex mints ids: 14 random bytes and the day, so that ids of one day lie together. */
  id(tableNumber: number): string {
    const bytes = new Uint8Array(16);
    for (let i = 0; i < 14; i++) bytes[i] = Math.floor(this.random() * 256);
    const day = Math.floor(this.now() / dayMilliseconds);
    bytes[14] = day >> 8;
    bytes[15] = day;
    return encodeId(tableNumber, bytes);
  }

  /** Milliseconds since 1970; later than any that was given before, though the clock stands still. */
  creationTime(): number {
    const now = this.now();
    this.last = now > this.last ? now : this.last + leastStep;
    return this.last;
  }
}
