import type { Folded } from "../../../convex/aggregates/foldOldest.js";
import { mounted } from "../../../convex/mount.js";
import type { Deployment } from "../deployment.js";

/** Folds every open touch, those of this moment too. Returns what the folds did together. */
export async function drainTouches(deployment: Deployment): Promise<Omit<Folded, "more">> {
  let [folded, dropped] = [0, 0];
  for (;;) {
    const answer: Folded = await deployment.mutation(mounted("mutation", "foldTouches"), {
      before: Number.MAX_SAFE_INTEGER,
    });
    folded += answer.folded;
    dropped += answer.dropped;
    if (!answer.more) return { folded, dropped };
  }
}
