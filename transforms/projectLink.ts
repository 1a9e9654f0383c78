import { defineTransform } from "./defineTransform.js";
import { jsonPointer } from "./jsonPointer.js";
import { startPart } from "./partBuilder.js";

const element = "projectId";
const path = jsonPointer("projectId");

/**
 * Phase 3: `conversations.projectId`, which is the truth and stays → the link of a conversation to its project. Nothing is
 * moved; the conversation with a projectId is the element.
 */
export const projectLink = defineTransform({
  part: "conversation/projectLink",
  phase: "phase-3",
  table: "conversations",
  moves: [],
  reads: {
    fields: ["projectId", "userId", "createdAt"],
    lookups: {
      project: { via: "projectId", table: "projects", fields: ["userId"], firstIndexOf: "conversationIds" },
      projectOwner: { via: "project.userId", table: "users", fields: [] },
    },
  },
  elements: { [element]: "projectConversations" },
  writes: { projectConversations: "conversationId" },
  mentions: [],

  map({ document, lookup: { project, projectOwner } }) {
    const part = startPart(document, []);
    const { projectId, userId, createdAt } = document;
    if (projectId === undefined) return part.finish();
    part.found(element);
    const found = { path, value: projectId };
    if (typeof projectId !== "string") part.rejected(element, { code: "invalid_project_id", ...found });
    else if (!project) {
      part.rejected(element, {
        code: "project_missing",
        ...found,
        patch: { expect: { projectId }, unset: ["projectId"] },
      });
    } else if (project.userId !== userId) part.rejected(element, { code: "cross_owner_link", ...found });
    else if (!projectOwner) part.rejected(element, { code: "owner_missing", ...found });
    else if (typeof createdAt !== "number") {
      part.rejected(element, { code: "invalid_project_id", ...found, detail: "createdAt" });
    } else {
      const index = typeof project._index === "number" ? project._index : null;
      const value = {
        projectId: project._id,
        conversationId: document._id,
        position: index ?? document._creationTime,
        addedAt: createdAt,
        addedBy: projectOwner._id,
      };
      part.row({ table: "projectConversations", value, refs: [], element, path });
      if (index === null) part.noted({ code: "missing_from_array", path });
    }
    return part.finish();
  },

  elementsOf({ projectId }) {
    return projectId === undefined ? [] : [{ element, path, value: projectId }];
  },

  rebuild: () => ({}),
});
