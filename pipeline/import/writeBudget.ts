/** Milliseconds since some moment, and a wait. */
export interface Clock {
  now(): number;
  /** Rejects with the signal's reason when the user has asked to stop. */
  sleep(milliseconds: number): Promise<void>;
}

const second = 1000;

/**
 * A share of a deployment's write throughput, in bytes of log and index entries within any second.
 *
 * When a batch commits is not told: some time between sending it and having its answer. So what it writes counts from when it is
 * sent until a second after its answer, and whatever second one looks at, the sum of what may have been committed in it stays within the
 * budget. That uses 1 / (1 + latency in seconds) of it, less what the next batch does not fit into.
 */
export class WriteBudget {
  private held = 0;
  private readonly answered: { readonly until: number; readonly bytes: number }[] = [];
  private turn: Promise<void> = Promise.resolve();
  private wake: () => void = () => {};

  /** @param bytesPerSecond null for no limit */
  constructor(
    readonly bytesPerSecond: number | null,
    private readonly clock: Clock,
  ) {}

  /**
   * Waits until so much may be written; who comes first goes first. More than a whole budget has to wait until nothing else counts.
   *
   * @returns to be called when the answer is there, or it is known that there will be none
   */
  async take(bytes: number): Promise<() => void> {
    if (this.bytesPerSecond === null) return () => {};
    const before = this.turn;
    let done = (): void => {};
    this.turn = new Promise((resolve) => {
      done = resolve;
    });
    try {
      await before;
      await this.room(bytes, this.bytesPerSecond);
      this.held += bytes;
    } finally {
      done();
    }
    return () => {
      this.held -= bytes;
      this.answered.push({ until: this.clock.now() + second, bytes });
      this.wake();
    };
  }

  private async room(bytes: number, most: number): Promise<void> {
    for (;;) {
      const now = this.clock.now();
      while ((this.answered[0]?.until ?? Number.POSITIVE_INFINITY) <= now) this.answered.shift();
      const counted = this.held + this.answered.reduce((sum, { bytes: some }) => sum + some, 0);
      if (counted === 0 || counted + bytes <= most) return;
      const changed = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      const [first] = this.answered;
      await (first === undefined ? changed : Promise.race([changed, this.clock.sleep(Math.ceil(first.until - now))]));
    }
  }
}
