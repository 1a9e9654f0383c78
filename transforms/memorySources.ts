import { defineTransform } from "./defineTransform.js";
import { movedElements } from "./movedElements.js";
import { startPart } from "./partBuilder.js";

const element = "memorySource";

/** Phase 7, `--with memories`: `sourceMessageIds` → one row a message. Copied: the memory keeps its field. */
export const memorySources = defineTransform({
  part: "memory/sources",
  phase: "phase-7",
  option: "memories",
  table: "memories",
  moves: [],
  reads: {
    fields: ["sourceMessageIds"],
    lookups: { messages: { via: "sourceMessageIds[]", table: "messages", fields: [] } },
  },
  elements: { [element]: "memorySources" },
  writes: { memorySources: "memoryId" },
  mentions: [],

  map({ document, lookupMany }) {
    const part = startPart(document, ["sourceMessageIds"]);
    const cited = new Set<string>();
    for (const { path, value, index } of movedElements(document, "sourceMessageIds", element)) {
      part.found(element);
      if (typeof value !== "string" || index === null) {
        part.rejected(element, { code: "invalid_memory_source", path, value });
      } else if (lookupMany.messages?.get(value) === undefined) {
        part.rejected(element, { code: "memory_source_missing", path, value });
      } else if (cited.has(value)) {
        part.mergedByCount(element);
      } else {
        cited.add(value);
        const columns = { memoryId: document._id, messageId: value, position: index };
        part.row({ table: "memorySources", value: columns, refs: [], element, path });
      }
    }
    return part.finish();
  },

  elementsOf: (document) => movedElements(document, "sourceMessageIds", element),

  rebuild: () => ({}),
});
