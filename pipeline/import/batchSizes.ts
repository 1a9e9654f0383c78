import type { Batch } from "./batch.js";
import type { BatchBounds } from "./usage.js";

/** Answers in a row after which batches may be twice as large again. */
const patience = 32;
const smallest = 1 / 256;

/** How large batches may be: what the user allows, and less after one was too much for the deployment. */
export class BatchSizes {
  private share = 1;
  private answers = 0;

  constructor(private readonly bounds: BatchBounds) {}

  allow({ argumentBytes, writeBytes }: Pick<Batch, "argumentBytes" | "writeBytes">): boolean {
    return argumentBytes <= this.bounds.argumentBytes * this.share && writeBytes <= this.bounds.writeBytes * this.share;
  }

  answered(): void {
    this.answers += 1;
    if (this.answers < patience) return;
    this.share = Math.min(1, this.share * 2);
    this.answers = 0;
  }

  /** Batches as large as this one are too large. */
  shrink({ argumentBytes }: Pick<Batch, "argumentBytes">): void {
    this.answers = 0;
    const half = argumentBytes / 2 / this.bounds.argumentBytes;
    this.share = Math.max(smallest, Math.min(this.share, half));
  }
}
