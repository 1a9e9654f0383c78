import { defineTransform } from "./defineTransform.js";
import { jsonPointer } from "./jsonPointer.js";
import { startPart } from "./partBuilder.js";

const element = "tokenUsage";
const path = jsonPointer("tokenUsage");

/** Phase 6: the cached sums of a conversation are kept whole in the ledger; the messages, summed by a set rule, win. */
export const tokenUsage = defineTransform({
  part: "conversation/tokenUsage",
  phase: "phase-6",
  table: "conversations",
  moves: ["tokenUsage"],
  derivedFrom: "messages",
  reads: { fields: ["tokenUsage"], lookups: {} },
  elements: { [element]: null },
  writes: {},
  mentions: [],

  map({ document }) {
    const part = startPart(document, ["tokenUsage"]);
    const value = document.tokenUsage;
    if (value !== undefined) {
      part.found(element);
      part.kept(element, { code: "token_usage_cache", path, value });
    }
    return part.finish();
  },

  elementsOf({ tokenUsage: value }) {
    return value === undefined ? [] : [{ element, path, value }];
  },

  rebuild({ kept }) {
    return kept.tokenUsage === undefined ? {} : { tokenUsage: kept.tokenUsage };
  },
});
