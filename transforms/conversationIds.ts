import { defineTransform, type MeantRow } from "./defineTransform.js";
import { movedElements } from "./movedElements.js";
import { startPart } from "./partBuilder.js";
import { rowsInOrder } from "./storedRows.js";

const element = "conversationIdElement";

/**
 * Phase 3: `projects.conversationIds` has no rows of its own. Each element either says what a row of
 * `conversation/projectLink` says already, or disagrees with the truth, `conversations.projectId`.
 */
export const conversationIds = defineTransform({
  part: "project/conversationIds",
  phase: "phase-3",
  table: "projects",
  moves: ["conversationIds"],
  derivedFrom: "conversations.projectId",
  reads: {
    fields: ["conversationIds", "userId"],
    lookups: {
      conversations: { via: "conversationIds[]", table: "conversations", fields: ["projectId", "userId", "createdAt"] },
      owner: { via: "userId", table: "users", fields: [] },
    },
  },
  elements: { [element]: null },
  writes: {},
  rebuildsFrom: { projectConversations: "projectId" },
  mentions: [],

  map({ document, lookup: { owner }, lookupMany }) {
    // It gives no rows, so that it is never too large to map.
    const part = startPart(document, []);
    const seen = new Set<string>();
    for (const { path, value, index } of movedElements(document, "conversationIds", element)) {
      part.found(element);
      if (typeof value !== "string" || index === null) {
        part.rejected(element, { code: "invalid_conversation_id", path, value });
        continue;
      }
      const conversation = lookupMany.conversations?.get(value);
      const linked =
        owner != null &&
        conversation?.projectId === document._id &&
        conversation.userId === document.userId &&
        typeof conversation.createdAt === "number";
      // Merged means that a row holds the information: a repeated element without a row is rejected each time.
      if (linked && seen.has(value)) part.merged(element, { code: "duplicate_project_link", path });
      else if (linked) part.mergedByCount(element);
      else if (!conversation) part.rejected(element, { code: "stale_project_link", path, value });
      else part.rejected(element, { code: "project_link_mismatch", path, value });
      seen.add(value);
    }
    return part.finish();
  },

  elementsOf: (document) => movedElements(document, "conversationIds", element),

  rebuild({ rows, kept }) {
    if (kept.conversationIds !== undefined) return { conversationIds: kept.conversationIds };
    const links = rowsInOrder(rows.projectConversations);
    return links.length === 0 ? {} : { conversationIds: links.map(({ conversationId }) => String(conversationId)) };
  },

  identity: ({ conversationId }) => String(conversationId),

  rowsMeant(document) {
    const meant = new Map<string, MeantRow>();
    for (const { path, value, index } of movedElements(document, "conversationIds", element)) {
      if (typeof value !== "string" || index === null || meant.has(value)) continue;
      meant.set(value, { table: "projectConversations", value: { conversationId: value, position: index }, path });
    }
    return [...meant.values()];
  },
});
