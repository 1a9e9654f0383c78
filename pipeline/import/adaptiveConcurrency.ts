import pLimit, { type LimitFunction } from "p-limit";

/** Answers in a row, for each call that may be under way, before one more is tried. */
const patience = 8;

/**
 * How many calls may be under way: half of them when a call is turned away or lost, one more after a while without that. Calls that were
 * under way together count as one trouble.
 */
export class AdaptiveConcurrency {
  private readonly limit: LimitFunction;
  private answers = 0;
  /** Grows with every change; a call that was begun before the last one says nothing about the present. */
  private generation = 0;
  /** The least there was. */
  lowest: number;

  constructor(private readonly most: number) {
    this.limit = pLimit(most);
    this.lowest = most;
  }

  get now(): number {
    return this.limit.concurrency;
  }

  /** Calls that may begin without waiting. */
  get free(): number {
    return this.limit.concurrency - this.limit.activeCount - this.limit.pendingCount;
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return this.limit(work);
  }

  /** @returns what tells how a call that begins now went */
  begin(): { readonly answered: () => void; readonly troubled: () => void } {
    const { generation } = this;
    return { answered: () => this.grow(), troubled: () => this.shrink(generation) };
  }

  private grow(): void {
    this.answers += 1;
    if (this.now >= this.most || this.answers < patience * this.now) return;
    this.limit.concurrency = this.now + 1;
    this.answers = 0;
  }

  private shrink(generation: number): void {
    this.answers = 0;
    if (generation !== this.generation) return;
    this.generation += 1;
    this.limit.concurrency = Math.max(1, Math.floor(this.now / 2));
    this.lowest = Math.min(this.lowest, this.now);
  }
}
