/** Aggregates counted anew from the documents of one moment, and what is stored beside them: the way a consistent snapshot sees them. */

import { messageShare } from "../../../convex/aggregates/messageShare.js";
import { summed } from "../../../convex/aggregates/summed.js";
import { usageKey } from "../../../convex/aggregates/usageKey.js";
import { addDeltas, type Delta } from "../../../convex/touches/delta.js";
import { type TouchKind, touchKinds } from "../../../convex/touches/touchKinds.js";
import { correctionPrefix } from "../../../transforms/correctionId.js";
import type { Fields } from "../../../transforms/defineTransform.js";
import { all, type Deployment } from "../deployment.js";
import type { Correction } from "./sendCorrections.js";

export const kinds = Object.keys(touchKinds) as TouchKind[];

/** By key. */
type Sums = ReadonlyMap<string, Delta>;

export interface Moment {
  readonly kinds: Readonly<Record<TouchKind, { readonly recount: Sums; readonly stored: Sums; readonly open: Sums }>>;
  /** Correction batches, by phase. */
  readonly seen: Readonly<Record<string, number>>;
}

export async function momentOf(deployment: Deployment): Promise<Moment> {
  const [messages, conversations, usage, tags, metadata, sources, links, touches, batches] = await Promise.all([
    all(deployment, "messages"),
    all(deployment, "conversations"),
    all(deployment, "conversationTokenUsage"),
    all(deployment, "tags"),
    all(deployment, "sourceMetadata"),
    all(deployment, "sources"),
    all(deployment, "bookmarkTags"),
    all(deployment, "unnestTouches"),
    all(deployment, "unnestBatches"),
  ]);
  const shares = messages.flatMap((message) => messageShare(message) ?? []);
  const recounts: Readonly<Record<TouchKind, readonly [key: string, delta: Delta][]>> = {
    messageCount: messages.map(({ conversationId }) => [conversationId, { messageCount: 1 }]),
    conversationTokenUsage: shares.map(({ conversationId, model, delta }) => [usageKey(conversationId, model), delta]),
    tags: links.map(({ tagId }) => [tagId, { usageCount: 1 }]),
    sourceMetadata: sources.map(({ sourceMetadataId, createdAt }) => [
      sourceMetadataId,
      { accessCount: 1, firstSeenAt: createdAt, lastAccessedAt: createdAt },
    ]),
  };
  const rows: Readonly<Record<TouchKind, readonly [key: string, row: Fields][]>> = {
    messageCount: conversations.map((row) => [row._id, row]),
    conversationTokenUsage: usage.map((row) => [usageKey(row.conversationId, row.model), row]),
    tags: tags.map((row) => [row._id, row]),
    sourceMetadata: metadata.map((row) => [row._id, row]),
  };
  const live = new Set<string>(conversations.map(({ _id }) => _id));
  const isLive = (kind: TouchKind, key: string) =>
    kind === "conversationTokenUsage"
      ? live.has(key.split(" ")[0] ?? "")
      : rows[kind].some(([existing]) => existing === key);
  const of = (kind: TouchKind) => ({
    recount: sumsOf(recounts[kind].filter(([key]) => isLive(kind, key))),
    stored: sumsOf(rows[kind].map(([key, row]) => [key, summed(kind, row, {})])),
    open: sumsOf(touches.filter((touch) => touch.kind === kind).map(({ key, delta }) => [key, delta])),
  });
  const seen: Record<string, number> = {};
  for (const { batchId, migrationId } of batches)
    if (batchId.startsWith(correctionPrefix)) seen[migrationId] = (seen[migrationId] ?? 0) + 1;
  return {
    kinds: {
      tags: of("tags"),
      sourceMetadata: of("sourceMetadata"),
      conversationTokenUsage: of("conversationTokenUsage"),
      messageCount: of("messageCount"),
    },
    seen,
  };
}

function sumsOf(entries: readonly (readonly [key: string, delta: Delta])[]): Sums {
  const sums = new Map<string, Delta>();
  for (const [key, delta] of entries) sums.set(key, addDeltas(sums.get(key) ?? {}, delta));
  return sums;
}

/**
 * recount − (stored + touches), for the keys where it is something; a wider time goes along (spec 5). None when everything stored
 * is its recount, once no touch is open.
 */
export function correctionsOf({ kinds: counted }: Moment, kind: TouchKind): Correction[] {
  const { recount, stored, open } = counted[kind];
  const { counts, times } = touchKinds[kind];
  const keys = [...new Set([...recount.keys(), ...stored.keys(), ...open.keys()])].sort();
  return keys.flatMap((key) => {
    const there = addDeltas(stored.get(key) ?? {}, open.get(key) ?? {});
    const due = recount.get(key) ?? {};
    const missing = counts.map((field) => [field, (due[field] ?? 0) - (there[field] ?? 0)] as const);
    const wider = times.flatMap((field) => {
      const time = due[field];
      return time !== undefined && addDeltas(there, { [field]: time })[field] !== there[field]
        ? [[field, time] as const]
        : [];
    });
    const delta = Object.fromEntries([...missing.filter(([, count]) => count !== 0), ...wider]);
    return Object.keys(delta).length === 0 ? [] : [{ key, delta }];
  });
}
