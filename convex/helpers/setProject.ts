import { ConvexError } from "convex/values";
import { conversationIds } from "../../transforms/conversationIds.js";
import { projectLink } from "../../transforms/projectLink.js";
import { findDocument, type StoredDocument } from "../documents.js";
import { writesOldFields } from "../phases.js";
import { inTurn } from "../sync/inTurn.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { syncOrQueue } from "../sync/syncOrQueue.js";
import { editPart } from "./editPart.js";
import type { HelperContext } from "./helperContext.js";
import { elementsOf } from "./movedArray.js";
import { requireDocument } from "./requireDocument.js";

/**
 * Puts a conversation into a project, out of the one it was in. `conversations.projectId` is the truth; the arrays of both
 * projects follow as long as the phase's old side is kept. Of two assignments at once the later one stays, since both write the
 * conversation. Costs the conversation, its link and both projects; what moves up in an array that is left follows.
 *
 * @param projectId null takes the conversation out of its project
 * @throws ConvexError `document_missing`, and `cross_owner_link` where project and conversation have different owners
 */
export async function setProject(ctx: HelperContext, conversationId: string, projectId: string | null): Promise<void> {
  const { unnest } = ctx;
  const conversation = await requireDocument(ctx, "conversations", conversationId);
  const project = projectId === null ? null : await requireDocument(ctx, "projects", projectId);
  if (project !== null && project.userId !== conversation.userId)
    throw new ConvexError({ code: "cross_owner_link", conversationId: conversation._id, projectId: project._id });
  const from = await findDocument(unnest.db, "projects", conversation.projectId);
  const link = async () => {
    await unnest.db.patch(conversation._id, { projectId: project?._id });
    await syncOrQueue(unnest, projectLink, conversation._id);
  };
  const arrays = async () => {
    if (from !== null && from._id !== project?._id)
      await editArray(unnest, from, (ids) => ids.filter((id) => id !== conversation._id));
    if (project !== null)
      await editArray(unnest, project, (ids) => (ids.includes(conversation._id) ? ids : [...ids, conversation._id]));
  };
  // A link's position is its index in the array; an array that goes is compared with the links that stand for it.
  if (keepsArrays(unnest)) await arrays();
  await inTurn(unnest, link);
  if (!keepsArrays(unnest)) await arrays();
}

async function editArray(sync: Sync, project: StoredDocument, edit: (ids: string[]) => string[]): Promise<void> {
  // Once a project is cleaned its links say it all.
  if (!keepsArrays(sync) && project.conversationIds === undefined) return;
  await editPart(sync, conversationIds, project._id, (edited) => ({
    conversationIds: edit(elementsOf(edited, "conversationIds").map(String)),
  }));
}

function keepsArrays(sync: Sync): boolean {
  return writesOldFields(phaseOf(sync, conversationIds).step);
}
