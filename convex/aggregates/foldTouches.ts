import { v } from "convex/values";
import { mounted } from "../mount.js";
import { internalMutation } from "../runtime.js";
import { type Folded, foldOldest } from "./foldOldest.js";

/**
 * How old a touch is before it is folded, in ms. A transaction that began earlier than the fold and commits later puts its touches
 * into the range that the fold reads, which makes the fold start again; user code runs one second at most.
 */
const settled = 2_000;

/**
 * Folds the oldest touches, and goes on in further transactions as long as there are more. Repeated or run twice at once it does
 * no harm: a touch is added in the transaction that deletes it.
 *
 * `before` folds touches that were appended before this time (ms) and not only settled ones. `until` ends going on: the next tick
 * starts another chain of folds then. Without it nothing is scheduled and the answer's `more` asks to be called again.
 */
export const foldTouches = internalMutation({
  args: { before: v.optional(v.number()), until: v.optional(v.number()) },
  handler: async (ctx, { before, until }): Promise<Folded> => {
    const folded = await foldOldest(ctx, { before: before ?? Date.now() - settled });
    if (folded.more && until !== undefined && Date.now() < until)
      await ctx.scheduler.runAfter(0, mounted("mutation", "foldTouches"), { until });
    return folded;
  },
});
