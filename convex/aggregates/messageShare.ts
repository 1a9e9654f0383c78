/**
 * What a message counts for in its conversation's token usage (spec 4, phase 6): the incremental twin of
 * `sql/model/conversationTokenUsage.sql`, against which a test holds it. Reads from the old side add shares up as well.
 */
import type { Fields } from "../../transforms/defineTransform.js";
import { type Delta, isTime } from "../touches/delta.js";

export interface MessageShare {
  readonly conversationId: string;
  readonly model: string;
  /** The columns of `conversationTokenUsage`; `lastUpdatedAt` is left out where the message's time says nothing. */
  readonly delta: Delta;
}

/** The fields of a message that its share depends on. */
export const messageShareFields: readonly string[] = [
  "conversationId",
  "model",
  "status",
  "updatedAt",
  "inputTokens",
  "outputTokens",
  "reasoningTokens",
];

const mostTokens = 1e9;

/** Pure. Null for a message that counts for nothing: it is not complete, or names no model. */
export function messageShare(message: Fields): MessageShare | null {
  const { conversationId, model, status, updatedAt } = message;
  if (status !== "complete" || typeof model !== "string" || model === "") return null;
  if (typeof conversationId !== "string") return null;
  const inputTokens = tokens(message.inputTokens);
  const outputTokens = tokens(message.outputTokens);
  const counts = {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    reasoningTokens: tokens(message.reasoningTokens),
    messageCount: 1,
  };
  return { conversationId, model, delta: isTime(updatedAt) ? { ...counts, lastUpdatedAt: updatedAt } : counts };
}

/** A number of tokens; one that is missing, or no integer in 0…10⁹, counts 0. */
function tokens(value: Fields[string]): number {
  const valid = typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= mostTokens;
  // −0 is such an integer too.
  return valid ? Math.abs(value) : 0;
}
