import type { GenericId } from "convex/values";
import type { Fields } from "../../transforms/defineTransform.js";
import { messageShare } from "../aggregates/messageShare.js";
import { summed } from "../aggregates/summed.js";
import { parseUsageKey, usageKey } from "../aggregates/usageKey.js";
import { addDeltas, type Delta, isDeltaOf } from "../touches/delta.js";
import { touchKinds } from "../touches/touchKinds.js";
import { greatestText } from "./greatestText.js";
import { boundedOptions, firstPage, maxPageItems, type Page, type PageOptions } from "./page.js";
import { type KnownCtx, known, type ReadCtx, sideOfMany, startReading } from "./reading.js";

export interface UsageArguments {
  readonly conversationId: GenericId<"conversations">;
  readonly paginationOpts?: PageOptions | undefined;
}

export interface ModelUsage {
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  readonly reasoningTokens: number;
  readonly messageCount: number;
  /** Absent where no message says a time. */
  readonly lastUpdatedAt?: number;
}

const kind = "conversationTokenUsage";

/** Open touches that are added: as `openDelta`, but for all models of a conversation. */
const mostOpen = 4_000;

/**
 * What each model used in a conversation, by model; **a model's figures are the sums over all pages**. By rows there is one page: one row
 * a model, and the touches that are still open, so that it is exact. Until the backfill is done the messages answer, a page of them
 * at a time.
 *
 * Uses the one `.paginate()` of its query.
 */
export async function getTokenUsageByModel(
  given: ReadCtx,
  { conversationId, paginationOpts = firstPage }: UsageArguments,
): Promise<Page<ModelUsage>> {
  const ctx = known(given);
  const { phases } = await startReading(ctx);
  if (sideOfMany(phases[touchKinds[kind].phase]) === "old")
    return await countedUsage(ctx, conversationId, paginationOpts);
  const rows = await ctx.db
    .query(kind)
    .withIndex("by_conversation", (range) => range.eq("conversationId", conversationId))
    .take(maxPageItems);
  const byModel = new Map<string, Fields>(rows.map((row) => [row.model, row]));
  const usage = new Map([...byModel].map(([model, row]) => [model, summed(kind, row, {})]));
  for (const [model, delta] of await openUsage(ctx, conversationId)) {
    usage.set(model, summed(kind, byModel.get(model) ?? {}, delta));
  }
  return { page: usagesOf(usage), isDone: true, continueCursor: "" };
}

async function openUsage({ db }: KnownCtx, conversationId: string): Promise<ReadonlyMap<string, Delta>> {
  const begin = usageKey(conversationId, "");
  const touches = await db
    .query("unnestTouches")
    .withIndex("by_kind_key", (range) => range.eq("kind", kind).gte("key", begin).lt("key", `${begin}${greatestText}`))
    .take(mostOpen);
  const open = new Map<string, Delta>();
  for (const { key, delta } of touches) {
    const model = parseUsageKey(key)?.model;
    if (model !== undefined && isDeltaOf(kind, delta)) open.set(model, addDeltas(open.get(model) ?? {}, delta));
  }
  return open;
}

async function countedUsage(
  { db }: KnownCtx,
  conversationId: GenericId<"conversations">,
  options: PageOptions,
): Promise<Page<ModelUsage>> {
  const { page, isDone, continueCursor } = await db
    .query("messages")
    .withIndex("by_conversation", (range) => range.eq("conversationId", conversationId))
    .paginate(boundedOptions(options));
  const usage = new Map<string, Delta>();
  for (const message of page) {
    const share = messageShare(message);
    if (share !== null) usage.set(share.model, addDeltas(usage.get(share.model) ?? {}, share.delta));
  }
  return { page: usagesOf(usage), isDone, continueCursor };
}

/** A model of which nothing is left is none. */
function usagesOf(usage: ReadonlyMap<string, Delta>): ModelUsage[] {
  return [...usage]
    .filter(([, sums]) => touchKinds[kind].counts.some((field) => sums[field] !== 0))
    .map(([model, sums]) => ({ model, ...sums }) as unknown as ModelUsage)
    .sort((left, right) => (left.model < right.model ? -1 : 1));
}
