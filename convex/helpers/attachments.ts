/** Helpers for a message's attachments. */
import { ConvexError, type Value } from "convex/values";
import { attachments } from "../../transforms/attachments.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { rowsOfPart } from "../sync/storedPart.js";
import { phaseOf, type Sync } from "../sync/sync.js";
import { withBookkeeping } from "../sync/withBookkeeping.js";
import { editPart } from "./editPart.js";
import type { HelperContext } from "./helperContext.js";
import { elementsOf, orAbsent, refuseMisfit } from "./movedArray.js";

export interface Attachment {
  readonly type: "image" | "file" | "audio";
  readonly name: string;
  /** A file of this deployment's storage. */
  readonly storageId: string;
  readonly mimeType: string;
  /** In bytes. */
  readonly size: number;
  readonly metadata?: Value | undefined;
}

/**
 * Puts an attachment behind those a message has.
 *
 * @throws ConvexError `document_missing`, `invalid_value`, `storage_missing` and what `editPart` refuses
 */
export async function addAttachment(ctx: HelperContext, messageId: string, attachment: Attachment): Promise<void> {
  const element = withoutAbsent({ ...attachment });
  refuseMisfit("messages", messageId, "attachments", element);
  if (!(await isStored(ctx.unnest, attachment.storageId)))
    throw new ConvexError({ code: "storage_missing", table: "messages", documentId: messageId });
  await editPart(ctx.unnest, attachments, messageId, (message) => ({
    attachments: orAbsent([...elementsOf(message, "attachments"), element]),
  }));
}

/**
 * Takes an attachment from a message; those behind it move up. The file stays in storage.
 *
 * @param position as reads give it: the index among the message's attachments
 * @throws ConvexError `document_missing`, `position_missing`
 */
export async function removeAttachment(ctx: HelperContext, messageId: string, position: number): Promise<void> {
  const index = await indexOf(ctx.unnest, messageId, position);
  await editPart(ctx.unnest, attachments, messageId, (message) => {
    const all = elementsOf(message, "attachments");
    if (!Number.isInteger(index) || index < 0 || index >= all.length)
      throw new ConvexError({ code: "position_missing", table: "messages", documentId: messageId, position });
    return { attachments: orAbsent(all.filter((_, at) => at !== index)) };
  });
}

/** Once nothing but rows is left, they are all there is to count, and one that never became a row leaves a gap. */
async function indexOf(sync: Sync, messageId: string, position: number): Promise<number> {
  if (phaseOf(sync, attachments).step !== "complete") return position;
  const { attachments: rows = [] } = await rowsOfPart(sync.db, attachments, messageId);
  return withBookkeeping("attachments", rows).findIndex((row) => row.position === position);
}

async function isStored({ db }: Sync, text: string): Promise<boolean> {
  const id = db.system.normalizeId("_storage", text);
  return id === text && (await db.system.get(id)) !== null;
}
