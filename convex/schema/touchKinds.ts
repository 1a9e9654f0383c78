/** The aggregates of the model: which numbers of which rows touches change, and in which phase. */
import type { Phase } from "./steps.js";

export interface TouchKindFacts {
  readonly phase: Phase;
  /** Numbers that add up; a missing one counts as 0. */
  readonly counts: readonly string[];
  /** Times, of which the wider counts. */
  readonly times: readonly string[];
}

const facts = {
  /** Key: the tag's id. */
  tags: { phase: "phase-5", counts: ["usageCount"], times: [] },
  /** Key: the row's id. */
  sourceMetadata: { phase: "phase-2", counts: ["accessCount"], times: ["firstSeenAt", "lastAccessedAt"] },
  /** Key: `usageKey`; the row may not be there yet. */
  conversationTokenUsage: {
    phase: "phase-6",
    counts: ["totalTokens", "inputTokens", "outputTokens", "reasoningTokens", "messageCount"],
    times: ["lastUpdatedAt"],
  },
  /** Key: the conversation's id. */
  messageCount: { phase: "phase-7", counts: ["messageCount"], times: [] },
} as const satisfies Readonly<Record<string, TouchKindFacts>>;

/** What a touch is about. */
export type TouchKind = keyof typeof facts;

export const touchKinds: Readonly<Record<TouchKind, TouchKindFacts>> = facts;

/**
 * Touches that are no difference to an aggregate: transactions whose direct write of a field was dropped. Key: `table.field`; they are
 * added up in `unnestOldFieldWrites`.
 */
export const droppedWrites = "droppedWrites";

/** Times are no sums: of two the wider counts, which is the lesser one of some and the greater one of others. */
export const widening: Readonly<Record<string, "min" | "max">> = {
  firstSeenAt: "min",
  lastAccessedAt: "max",
  lastUpdatedAt: "max",
};

/** Is this the name of a kind? Stored touches and callers give texts. */
export function isTouchKind(text: string): text is TouchKind {
  return Object.hasOwn(touchKinds, text);
}
