import type { Database } from "../db/database.js";
import { inTransaction } from "../db/inTransaction.js";
import { identifier, literal, qualified } from "../db/quote.js";
import type { Batch, BatchState } from "./batch.js";
import { batchColumns, planSchema } from "./planTables.js";
import type { Slice } from "./slices.js";

/** What a batch has come to. */
export interface BatchProgress {
  readonly state: BatchState;
  readonly attempts?: number;
  /** As JSON. */
  readonly answer?: string;
  /** Why there is no answer, as a code. */
  readonly failure?: string;
}

const batches = qualified(planSchema, "batches");

/**
 * Writes down what becomes of batches while they are sent. Nothing waits for it but the end: a batch whose state is lost is sent again, and
 * answers what it answered. So whatever has gathered while one transaction is written goes into the next.
 */
export class Journal {
  private waiting: string[] = [];
  private writing: Promise<void> | null = null;
  private failure: { readonly error: unknown } | null = null;

  constructor(
    private readonly database: Database,
    private next: number,
  ) {}

  /**
   * @param slices batches that stand for all of it, or for the rest of it, from now on: they are written with it, in one transaction, as a
   * part that is in neither would be lost
   * @returns the slices, under numbers of their own
   * @throws what an earlier write has thrown (a full disk)
   */
  set(
    { number }: Pick<Batch, "number">,
    { state, attempts, answer, failure }: BatchProgress,
    slices: readonly Slice[] = [],
  ): readonly Batch[] {
    const values = [
      `state = ${literal(state)}`,
      `failure = ${literal(failure ?? null)}`,
      ...(attempts === undefined ? [] : [`attempts = ${literal(attempts)}`]),
      ...(answer === undefined ? [] : [`answer = ${literal(answer)}`]),
    ];
    const added = slices.map((slice) => ({ ...slice, number: this.next++ }));
    this.append([
      `UPDATE ${batches} SET ${values.join(", ")} WHERE number = ${literal(number)}`,
      ...added.map((batch) => insertSql({ ...batch, state: "planned" })),
    ]);
    return added;
  }

  /** Waits until everything is written. */
  async flush(): Promise<void> {
    while (this.writing !== null) await this.writing;
    this.throwFailure();
  }

  /** Statements that are written together or not at all. */
  private append(statements: readonly string[]): void {
    this.throwFailure();
    this.waiting.push(...statements);
    this.writing ??= this.write();
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0 && this.failure === null) {
      const statements = this.waiting;
      this.waiting = [];
      await inTransaction(this.database, () => this.database.run(statements.join(";\n"))).catch((error: unknown) => {
        this.failure = { error };
      });
    }
    this.writing = null;
  }

  private throwFailure(): void {
    if (this.failure !== null) throw this.failure.error;
  }
}

function insertSql(batch: Readonly<Record<string, string | number>>): string {
  const columns = batchColumns.filter(({ name }) => batch[name] !== undefined);
  const values = columns.map(({ name }) => literal(batch[name] ?? null));
  return `INSERT INTO ${batches} (${columns.map(({ name }) => identifier(name)).join(", ")}) VALUES (${values.join(", ")})`;
}

/** The number that the next batch gets. */
export async function nextNumber(database: Database): Promise<number> {
  return await database.count(`SELECT coalesce(max(number), -1) + 1 FROM ${batches}`);
}
