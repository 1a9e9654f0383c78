/**
 * The fold: open touches are added to their aggregate rows and deleted, both in one transaction.
 *
 * It takes the oldest first, so that a key which everybody writes to keeps no other one waiting, and takes none of the last moments:
 * a transaction that reads a range of touches into which users write would be retried until they rest.
 */
import type { Doc } from "../documents.js";
import { hasHeadroom } from "../headroom.js";
import type { MutationCtx } from "../runtime.js";
import { droppedWrites } from "../schema/touchKinds.js";
import { addDeltas, type Delta, isDeltaOf } from "../touches/delta.js";
import { isTouchKind } from "../touches/touchKinds.js";
import { applyDelta } from "./applyDelta.js";
import { foldDropped } from "./foldDropped.js";

export interface FoldOptions {
  /** Only touches that were appended before this time, in ms. */
  readonly before: number;
  /** How many touches at most. */
  readonly atMost?: number | undefined;
}

export interface Folded {
  /** Touches that were added to their rows. */
  readonly folded: number;
  /** Touches that went without: their row or conversation is gone, or they say nothing that could be added. */
  readonly dropped: number;
  /** Are there more? */
  readonly more: boolean;
}

/** Each takes an index interval to delete, of the 4,096 there are, and a key up to three. */
const mostTouches = 1_000;
/** In bytes; a key holds a model's name, which may be long. */
const mostBytes = 2 << 20;

/**
 * Folds one transaction's worth of touches. Calls the one `.paginate()` that a function may call.
 *
 * All touches of a key among those read are added at once, and a touch that is malformed is dropped: what stayed would be the
 * oldest for ever. Delta finds what a dropped one did not say.
 */
export async function foldOldest(ctx: Pick<MutationCtx, "db">, options: FoldOptions): Promise<Folded> {
  const { page, isDone } = await oldestTouches(ctx, options);
  let folded = 0;
  let dropped = 0;
  for (const touches of byKey(page)) {
    if (folded + dropped > 0 && !(await hasHeadroom(ctx))) return { folded, dropped, more: true };
    const added = await foldKey(ctx, touches);
    folded += added;
    dropped += touches.length - added;
  }
  return { folded, dropped, more: !isDone };
}

async function oldestTouches({ db }: Pick<MutationCtx, "db">, { before, atMost = mostTouches }: FoldOptions) {
  return await db
    .query("unnestTouches")
    .withIndex("by_creation_time", (range) => range.lt("_creationTime", before))
    .paginate({ numItems: atMost, cursor: null, maximumBytesRead: mostBytes });
}

/** The touches of one key each, keys in the order in which they are met. */
function byKey(page: readonly Doc<"unnestTouches">[]): Iterable<readonly Doc<"unnestTouches">[]> {
  const groups = new Map<string, Doc<"unnestTouches">[]>();
  for (const touch of page) {
    const name = JSON.stringify([touch.kind, touch.key]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [touch]);
    else group.push(touch);
  }
  return groups.values();
}

/** @returns how many of a key's touches were added. */
async function foldKey({ db }: Pick<MutationCtx, "db">, touches: readonly Doc<"unnestTouches">[]): Promise<number> {
  const [{ kind, key } = { kind: "", key: "" }] = touches;
  if (kind === droppedWrites) return await foldDropped(db, key, touches);
  const valid = isTouchKind(kind) ? touches.filter(({ delta }) => isDeltaOf(kind, delta)) : [];
  const sum = valid.reduce<Delta>((delta, touch) => addDeltas(delta, touch.delta), {});
  const isApplied = isTouchKind(kind) && valid.length > 0 && (await applyDelta(db, kind, key, sum));
  await Promise.all(touches.map(({ _id }) => db.delete(_id)));
  return isApplied ? valid.length : 0;
}
