/** How many answers of a reader both sides have given alike, counted over the passes of `compareShadow`. */
import type { MutationCtx } from "../runtime.js";
import type { WalkedPage } from "../walk.js";
import { type Evidence, findEvidence, type PhaseEpoch, replaceEvidence } from "./evidence.js";

/**
 * Answers that one pass has to compare for each reader. By the rule of three, of a reader of which 100 answers agree, fewer than 3 in 100
 * differ (95 % certain): that finds a reader that is wrong, in seconds, on any size of application. What is wrong in rare documents
 * is for `verify`, which compares all of them. Where there are fewer answers, a pass that compared every one of them will do.
 */
export const leastCompared = 100;

/** Has so much been compared that reads may move? */
export function isCompared(comparison: Evidence | null): boolean {
  return comparison !== null && (comparison.looked >= leastCompared || comparison.whole !== undefined);
}

/** What a page of a pass found; answers that have nothing on either side are not counted. */
export interface PageTally {
  looked: number;
  differing: number;
  waiting: number;
}

interface ComparedPage {
  readonly reader: string;
  readonly seed: number;
  /** Where this page began. */
  readonly cursor: string | null;
  readonly page: WalkedPage;
  readonly tally: Readonly<PageTally>;
  /** Does the pass look at every document, and not at a sample? */
  readonly isWhole: boolean;
}

/**
 * Adds a page to what is known of its reader. A page that is sent twice, or belongs to a pass that another one has overtaken, adds nothing.
 *
 * @returns whether enough was compared by now
 */
export async function countComparison(ctx: MutationCtx, phase: PhaseEpoch, compared: ComparedPage): Promise<boolean> {
  const { reader, seed, cursor, page, tally, isWhole } = compared;
  const before = await findEvidence(ctx.db, phase, "comparison", reader);
  const known = before?.pass;
  const isNext = cursor === null || (known?.seed === seed && known.next === cursor);
  if (!isNext) return isCompared(before);
  const from = cursor === null || known === undefined ? { looked: 0, differing: 0, waiting: 0 } : known;
  const pass = {
    seed,
    next: page.cursor,
    looked: from.looked + tally.looked,
    differing: from.differing + tally.differing,
    waiting: from.waiting + tally.waiting,
  };
  const now = Date.now();
  const whole = page.isDone && isWhole && pass.waiting === 0 ? now : before?.whole;
  const fields = {
    since: before?.since ?? now,
    last: now,
    looked: Math.max(before?.looked ?? 0, pass.looked),
    differing: pass.differing,
    waiting: pass.waiting,
    pass,
    ...(whole === undefined ? {} : { whole }),
  };
  if (before === null) await replaceEvidence(ctx, phase, { kind: "comparison", name: reader }, fields);
  else await ctx.db.patch(before._id, fields);
  return fields.looked >= leastCompared || whole !== undefined;
}
