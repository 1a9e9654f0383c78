import type { Fields } from "../../transforms/defineTransform.js";
import type { Sync } from "../sync/sync.js";
import { addDeltas, type Delta, takenBack } from "../touches/delta.js";
import { isCounting } from "../touches/touchKinds.js";
import { type MessageShare, messageShare } from "./messageShare.js";
import { usageKey } from "./usageKey.js";

/**
 * Appends what a message's change means for its conversation's token usage (phase 6) and message count (phase 7): at most one
 * touch a key, none for a change that changes nothing, none while the phase is off. Reads nothing.
 *
 * @param before the whole message, null when it is born
 * @param after the whole message, null when it goes
 */
export async function touchForMessage(
  sync: Pick<Sync, "phases" | "touches">,
  before: Fields | null,
  after: Fields | null,
): Promise<void> {
  if (isCounting(sync.phases, "conversationTokenUsage")) await touchUsage(sync, before, after);
  if (isCounting(sync.phases, "messageCount")) await touchCount(sync, before, after);
}

async function touchUsage(
  { touches }: Pick<Sync, "touches">,
  before: Fields | null,
  after: Fields | null,
): Promise<void> {
  const had = before && messageShare(before);
  const has = after && messageShare(after);
  const stays = had !== null && has !== null && keyOf(had) === keyOf(has);
  const changes = stays
    ? [{ key: keyOf(has), delta: difference(had.delta, has.delta) }]
    : [
        ...(had === null ? [] : [{ key: keyOf(had), delta: takenBack("conversationTokenUsage", had.delta) }]),
        ...(has === null ? [] : [{ key: keyOf(has), delta: has.delta }]),
      ];
  for (const { key, delta } of changes) {
    if (Object.keys(delta).length > 0) await touches.add("conversationTokenUsage", key, delta);
  }
}

/** What changes in a row when a message's share does; empty when nothing. */
function difference(had: Delta, has: Delta): Delta {
  const { lastUpdatedAt, ...counts } = addDeltas(takenBack("conversationTokenUsage", had), has);
  const changed = Object.fromEntries(Object.entries(counts).filter(([, change]) => change !== 0));
  const widens = lastUpdatedAt !== undefined && !(lastUpdatedAt <= (had.lastUpdatedAt ?? Number.NEGATIVE_INFINITY));
  return widens ? { ...changed, lastUpdatedAt } : changed;
}

async function touchCount(
  { touches }: Pick<Sync, "touches">,
  before: Fields | null,
  after: Fields | null,
): Promise<void> {
  const [had, has] = [before?.conversationId, after?.conversationId];
  if (had === has) return;
  if (typeof had === "string") await touches.add("messageCount", had, { messageCount: -1 });
  if (typeof has === "string") await touches.add("messageCount", has, { messageCount: 1 });
}

function keyOf({ conversationId, model }: MessageShare): string {
  return usageKey(conversationId, model);
}
