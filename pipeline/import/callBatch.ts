import type { z } from "zod";
import type { Value } from "../../transforms/index.js";
import { CallFailure } from "../remote/callFailure.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import { isRetryable, withRetries } from "../remote/withRetries.js";
import type { AdaptiveConcurrency } from "./adaptiveConcurrency.js";
import { functionOf } from "./answers.js";
import type { Batch } from "./batch.js";
import type { Tally } from "./tally.js";
import type { Clock, WriteBudget } from "./writeBudget.js";

export interface Calling {
  readonly remote: Pick<RemoteDeployment, "mutation" | "name">;
  readonly budget: WriteBudget;
  readonly concurrency: AdaptiveConcurrency;
  readonly clock: Clock;
  readonly random: () => number;
  /** Calls of one batch at most; then the deployment counts as out of reach. */
  readonly attempts: number;
}

/** A batch lost to other writes for the second time: half of it meets fewer of them. */
export class LosesAgain extends Error {}

/** Conflicts that a batch may lose before it is divided. */
const mostConflicts = 2;

/**
 * Calls a batch's function until it answers: what is lost or turned away is sent again, within the write budget each time, and tells
 * the concurrency.
 *
 * @throws CallFailure; LosesAgain; what the clock throws when the user has asked to stop
 */
export async function callBatch<Answer>(
  { remote, budget, concurrency, clock, random, attempts }: Calling,
  tally: Tally,
  batch: Batch,
  args: Readonly<Record<string, Value>>,
  answer: z.ZodType<Answer>,
): Promise<Answer> {
  let conflicts = 0;
  const call = async (): Promise<Answer> => {
    const written = await budget.take(batch.writeBytes);
    const signs = concurrency.begin();
    tally.calls += 1;
    try {
      const value = await remote.mutation(functionOf[batch.kind], args, answer);
      signs.answered();
      return value;
    } catch (error) {
      if (isRetryable(error)) signs.troubled();
      if (error instanceof CallFailure && error.kind === "conflict") conflicts += 1;
      if (conflicts >= mostConflicts && isDivisible(batch)) throw new LosesAgain();
      throw error;
    } finally {
      written();
    }
  };
  return await withRetries(call, {
    attempts,
    random,
    sleep: (milliseconds) => clock.sleep(milliseconds),
    onRetry: () => {
      tally.retries += 1;
    },
  });
}

/** Corrections go in the batches they were counted in; and there is no half of one item. */
export function isDivisible({ kind, items }: Batch): boolean {
  return kind !== "corrections" && items > 1;
}
