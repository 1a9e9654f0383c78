import { hasHeadroom } from "../headroom.js";
import type { MutationCtx } from "../runtime.js";
import { type Sync, startSync } from "../sync/sync.js";
import { answerOnce } from "./answerOnce.js";
import type { BatchAnswer, BatchHead, Rest } from "./batch.js";
import { Faults } from "./faults.js";

/** Does one item; null where it could do only a part of it: the batch closes there. */
export type Item<Outcome> = () => Promise<Outcome | null>;

/**
 * Runs a batch: once, its items one after another, until half of any limit of the transaction is used (spec 9). Then it closes
 * with what it did. The first item is always begun, so that every batch gets on.
 *
 * @param open does what comes before the items, and gives them in the order sent
 * @throws ConvexError as `answerOnce` does
 */
export async function runBatch<Outcome extends string>(
  ctx: MutationCtx,
  batch: BatchHead,
  open: (sync: Sync, faults: Faults) => Promise<readonly Item<Outcome>[]>,
): Promise<BatchAnswer<Outcome>> {
  const sync = await startSync(ctx);
  return await answerOnce(sync, batch, async () => {
    const faults = new Faults();
    const outcomes: Outcome[] = [];
    let rest: Rest | null = null;
    for (const item of await open(sync, faults)) {
      const outcome = outcomes.length === 0 || (await hasHeadroom(ctx)) ? await item() : null;
      if (outcome === null) {
        rest = { batchId: `${batch.batchId}.1`, from: outcomes.length };
        break;
      }
      outcomes.push(outcome);
    }
    return { outcomes, faults: faults.found, rest };
  });
}
