import { CallFailure, type CallFailureKind } from "./callFailure.js";

export interface Retry {
  /** 1 after the first call. */
  readonly attempt: number;
  readonly failure: CallFailure;
  /** Until the next call, in milliseconds. */
  readonly delay: number;
}

export interface RetryOptions {
  /** Calls at most, the first one included. */
  readonly attempts: number;
  /** Waits so many milliseconds; rejects when the user has asked to stop. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Told of each call that failed and is made again. */
  readonly onRetry?: (retry: Retry) => void;
}

const retried: ReadonlySet<CallFailureKind> = new Set(["lost", "overloaded", "conflict"]);

/** The longest wait before the second call, and before any, in milliseconds. */
const firstDelay = 250;
const mostDelay = 20_000;

/** Would the same call have another chance? */
export function isRetryable(error: unknown): error is CallFailure {
  return error instanceof CallFailure && retried.has(error.kind);
}

/**
 * The wait before another call: exponential backoff with full jitter, so that many callers that were turned away together do not
 * come back together.
 *
 * @param attempt calls so far, at least 1
 * @returns milliseconds
 */
export function retryDelay(attempt: number, random: () => number): number {
  return random() * Math.min(mostDelay, firstDelay * 2 ** (attempt - 1));
}

/**
 * Calls until there is an answer: what is lost, overloaded or in conflict is called again, so the call must be one that may be repeated.
 *
 * @throws what the last call threw, and at once what another call cannot help
 */
export async function withRetries<T>(
  call: () => Promise<T>,
  { attempts, sleep, random, onRetry }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (failure) {
      if (!isRetryable(failure) || attempt >= attempts) throw failure;
      const delay = retryDelay(attempt, random);
      onRetry?.({ attempt, failure, delay });
      await sleep(delay);
    }
  }
}
