import type { Database } from "../db/database.js";
import { type Cell, type ParameterValue, type ResultStream, StreamCutOff } from "../db/resultStream.js";
import { UnnestError } from "../errors.js";
import { queryFailure } from "./queryFailure.js";
import { requireOneSelect } from "./requireOneSelect.js";

export interface Question {
  /** One statement that only reads. */
  readonly sql: string;
  /** By the names they have in it, without the `$`. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

export interface AskLimits {
  /** Milliseconds the question may take; the time its reader takes does not count. */
  readonly timeout: number;
  /** Ends the question. */
  readonly signal: AbortSignal;
}

/**
 * Asks a sealed database one question and streams the answer.
 *
 * Throws, also while the batches are read: QUERY_INVALID, QUERY_NOT_ALLOWED, QUERY_FAILED, QUERY_TIMEOUT, MEMORY_LIMIT_TOO_LOW,
 * DISK_FULL (the spill), and AbortError when the signal says so.
 */
export async function ask(database: Database, question: Question, limits: AskLimits): Promise<ResultStream> {
  const watch = new Watch(database, question.sql, limits);
  const { columns, batches } = await watch.during(async () => {
    await requireOneSelect(database, question.sql);
    return database.query(question.sql, question.parameters);
  });
  return { columns, batches: watched(batches, watch, () => runInside(database, question)) };
}

/** @param findOut runs the statement once more, for the error that cut its rows off */
async function* watched(
  batches: ResultStream["batches"],
  watch: Watch,
  findOut: () => Promise<void>,
): AsyncGenerator<readonly (readonly Cell[])[]> {
  try {
    while (true) {
      const next = await watch.during(() => batches.next());
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    if (error instanceof StreamCutOff) await watch.during(findOut, explain);
    throw error instanceof StreamCutOff
      ? new UnnestError("QUERY_FAILED", "DuckDB stopped while the answer was under way.", {}, { cause: error })
      : error;
  } finally {
    await batches.return?.();
  }
}

const explain = "EXPLAIN ANALYZE ";

/** Works a statement out to its end without handing out a row. */
async function runInside(database: Database, { sql, parameters }: Question): Promise<void> {
  const { batches } = await database.query(`${explain}${sql}`, parameters);
  for await (const rows of batches) rows.length;
}

/** Interrupts the database when the time is used up or the signal says so, and names what it then throws. */
class Watch {
  private left: number;

  constructor(
    private readonly database: Database,
    private readonly sql: string,
    private readonly limits: AskLimits,
  ) {
    this.left = limits.timeout;
  }

  /** @param prefix what stands before the question's statement in the one that is run */
  async during<T>(work: () => Promise<T>, prefix = ""): Promise<T> {
    const { signal, timeout } = this.limits;
    signal.throwIfAborted();
    const start = performance.now();
    let isOver = false;
    const interrupt = (): void => this.database.interrupt();
    const timer = setTimeout(
      () => {
        isOver = true;
        interrupt();
      },
      Math.max(0, this.left),
    );
    signal.addEventListener("abort", interrupt);
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (isOver) throw new UnnestError("QUERY_TIMEOUT", "The query took too long.", { seconds: timeout / 1000 });
      throw error instanceof StreamCutOff ? error : queryFailure(error, this.sql, prefix);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", interrupt);
      this.left -= performance.now() - start;
    }
  }
}
