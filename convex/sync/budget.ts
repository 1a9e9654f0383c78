/**
 * How much of a user's transaction its syncs may take: together a quarter of each limit, and never more than what remains
 * (spec 5, Dual-write). What does not fit becomes a job.
 */
import { limitNames, type TransactionMetrics } from "../meta.js";

const mebibyte = 1 << 20;

/** Limits of one function call (spec 9). */
const limits = {
  bytesRead: 16 * mebibyte,
  bytesWritten: 16 * mebibyte,
  documentsRead: 32_000,
  documentsWritten: 16_000,
  databaseQueries: 4_096,
} as const;

/** User code may run 1 s; Convex tells no function how long it has run, so the time is estimated. */
const userTime = 1_000_000_000;

/**
 * Nanoseconds of user code for a byte that a transform maps. The pipeline maps 771 MB in 20 s of one core on the machine of spec 8's
 * figures, 26 ns a byte, in code that has long been compiled; a mutation starts cold, for which four times that is allowed.
 */
const timePerByte = 104;

const share = 1 / 4;

/** From so much of a limit on, taken in the middle of a mutation, further work waits for its end. */
const notable = 1 / 64;

/** What work takes, or is expected to take at most, by limit. */
export type Cost = Readonly<Partial<Record<keyof typeof limits, number>>>;

/** Made once a transaction, with its `Sync`. */
export class Budget {
  private readonly spent: Record<keyof typeof limits, number> = {
    bytesRead: 0,
    bytesWritten: 0,
    documentsRead: 0,
    documentsWritten: 0,
    databaseQueries: 0,
  };
  private time = 0;
  /** Documents looked at before they were written. */
  private readonly looked = { documentsRead: 0, bytesRead: 0 };
  /** What the transaction had read when the first was. */
  private readBefore: Readonly<typeof this.looked> | null = null;
  /** The metrics when the work that runs now began. */
  private begun: TransactionMetrics | null = null;

  /** @param metrics what the transaction has used; null where the deployment cannot tell: then no work fits, and all of it becomes jobs */
  constructor(private readonly metrics: () => Promise<TransactionMetrics | null>) {}

  /**
   * Runs work on the budget's account. Work of one transaction must not overlap, or what it takes is counted twice.
   *
   * @returns what the work gives; null, without running it, when the share is spent, or when too little remains of the
   * transaction for reading a part: that takes a quarter of a limit at most, and is known only afterwards.
   */
  async spend<T>(work: () => Promise<T>): Promise<T | null> {
    const before = await this.metrics();
    if (before === null) return null;
    const room = (name: keyof typeof limits) =>
      this.spent[name] < limits[name] * share && before[name].remaining >= limits[name] * share;
    if (this.time >= userTime * share || !limitNames.every(room)) return null;
    this.begun = before;
    try {
      return await work();
    } finally {
      const after = (await this.metrics()) ?? before;
      for (const name of limitNames) this.spent[name] += after[name].used - before[name].used;
      this.begun = null;
    }
  }

  /**
   * May a document be looked at before it is written? Looks have a share of their own, and leave what the mutation will need to read
   * again, as it writes them, the documents that it has read so far.
   */
  async mayLook(): Promise<boolean> {
    const now = await this.metrics();
    if (now === null) return true;
    const { documentsRead, bytesRead } = now;
    this.readBefore ??= { documentsRead: documentsRead.used, bytesRead: bytesRead.used };
    return (
      this.looked.documentsRead < limits.documentsRead * share &&
      this.looked.bytesRead < limits.bytesRead * share &&
      documentsRead.remaining > this.readBefore.documentsRead &&
      bytesRead.remaining > this.readBefore.bytesRead + mebibyte
    );
  }

  countLook(bytes: number): void {
    this.looked.documentsRead++;
    this.looked.bytesRead += bytes;
  }

  /** Is there room for another work? */
  async hasRoom(): Promise<boolean> {
    return (await this.spend(async () => true)) === true;
  }

  /** Has work taken a notable share already? */
  hasBegun(): boolean {
    return this.time > userTime * notable || limitNames.some((name) => this.spent[name] > limits[name] * notable);
  }

  /** Does this much remain of the transaction, whatever its share? */
  async remains(cost: Cost): Promise<boolean> {
    const now = await this.metrics();
    return now === null || limitNames.every((name) => now[name].remaining >= (cost[name] ?? 0));
  }

  /** Counts the time that mapping so many bytes takes. */
  countMapped(bytes: number): void {
    this.time += bytes * timePerByte;
  }

  /**
   * Does what the running work is about to take fit into the share? Then it fits into what remains too: a whole share did when
   * the work began.
   */
  async fits(cost: Cost): Promise<boolean> {
    const now = await this.metrics();
    return (
      now !== null &&
      this.time <= userTime * share &&
      limitNames.every((name) => {
        const expected = cost[name] ?? 0;
        const running = now[name].used - (this.begun?.[name].used ?? now[name].used);
        return this.spent[name] + running + expected <= limits[name] * share;
      })
    );
  }
}
