import type { Value } from "convex/values";
import { defineTransform, type Fields, type LookedUp } from "./defineTransform.js";
import { type ElementShape, fits, keepStrayFields, lackingField } from "./elementShape.js";
import { jsonPointer } from "./jsonPointer.js";
import { type PartBuilder, startPart } from "./partBuilder.js";
import { isRowTooLarge } from "./rowSize.js";
import { isObject } from "./sameValue.js";

const element = "memoryMetadata";
const path = jsonPointer("metadata");

/** Fields of `memories.metadata`, all of which the row copies but for the reference that becomes `conversationId`. */
const shape: ElementShape = {
  required: { category: "string" },
  optional: {
    importance: "number",
    reasoning: "string",
    extractedAt: "number",
    sourceConversationId: "string",
    confidence: "number",
    verifiedBy: ["auto", "manual", "consolidated"],
    expiresAt: "number",
    version: "number",
    supersededBy: "string",
    expirationHint: ["contextual", "preference", "deadline", "temporary"],
  },
};

/** Phase 7, `--with memories`: the metadata of a memory → one row. Copied: the memory keeps its field. */
export const memoryMetadata = defineTransform({
  part: "memory/metadata",
  phase: "phase-7",
  option: "memories",
  table: "memories",
  moves: [],
  reads: {
    fields: ["metadata", "conversationId", "sourceMessageId", "createdAt"],
    lookups: {
      sourceConversation: { via: "metadata.sourceConversationId", table: "conversations", fields: [] },
      conversation: { via: "conversationId", table: "conversations", fields: [] },
      message: { via: "sourceMessageId", table: "messages", fields: [] },
      successor: { via: "metadata.supersededBy", table: "memories", fields: [] },
    },
  },
  elements: { [element]: "memoryMetadata" },
  writes: { memoryMetadata: "memoryId" },
  mentions: [],

  map({ document, lookup }) {
    const part = startPart(document, []);
    const { metadata, conversationId, sourceMessageId, createdAt } = document;
    if (metadata === undefined) return part.finish();
    part.found(element);
    const fault = !isObject(metadata)
      ? "metadata is no object"
      : (lackingField(metadata, shape) ?? (typeof createdAt === "number" ? null : "createdAt"));
    if (!isObject(metadata) || fault !== null) {
      part.rejected(element, {
        code: "invalid_memory_metadata",
        path,
        value: metadata,
        ...(fault && { detail: fault }),
      });
      return part.finish();
    }
    const resolve = resolver(part);
    const { sourceConversationId, supersededBy } = metadata;
    // The metadata's own reference comes first even when it dangles: that is what the memory says.
    const conversation =
      sourceConversationId === undefined
        ? resolve("/conversationId", conversationId, lookup.conversation)
        : resolve("/metadata/sourceConversationId", sourceConversationId, lookup.sourceConversation);
    const value = {
      ...copiedFields(metadata),
      memoryId: document._id,
      conversationId: conversation,
      messageId: resolve("/sourceMessageId", sourceMessageId, lookup.message),
      supersededBy: resolve("/metadata/supersededBy", supersededBy, lookup.successor),
      createdAt,
    };
    if (isRowTooLarge(value)) part.rejected(element, { code: "row_too_large", path, value: metadata });
    else {
      part.row({ table: "memoryMetadata", value, refs: [], element, path });
      keepStrayFields(part, metadata, shape, path);
    }
    return part.finish();
  },

  elementsOf({ metadata }) {
    return metadata === undefined ? [] : [{ element, path, value: metadata }];
  },

  rebuild: () => ({}),
});

/** The known fields of the right type, but for references. */
function copiedFields(metadata: Record<string, Value | undefined>): Fields {
  const types = { ...shape.required, ...shape.optional };
  const copied = Object.entries(metadata).filter(
    ([field, value]) => Object.hasOwn(types, field) && !references.has(field) && fits(value, types[field]),
  );
  return Object.fromEntries(copied);
}

const references: ReadonlySet<string> = new Set(["sourceConversationId", "supersededBy"]);

/** Gives the id of an optional reference; one that dangles is left out and kept. */
function resolver(part: PartBuilder) {
  return (at: string, reference: Value | undefined, found: LookedUp | undefined): string | undefined => {
    if (reference === undefined || found) return found?._id;
    if (typeof reference === "string") part.keptPart({ code: "reference_missing", path: at, value: reference });
    return undefined;
  };
}
