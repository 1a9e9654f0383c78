import type { GenericId } from "convex/values";
import { openDelta } from "../aggregates/openDelta.js";
import { storedCount } from "../touches/delta.js";
import { known, type ReadCtx } from "./reading.js";

/**
 * How many messages a conversation has; 0 where it is gone. Exact from the correction of phase 7 on, open touches included; before, as
 * far off as the application's own count had come. Reads the conversation and one index range, however many messages there are.
 */
export async function getMessageCount(
  ctx: ReadCtx,
  { conversationId }: { readonly conversationId: GenericId<"conversations"> },
): Promise<number> {
  const { db } = known(ctx);
  const conversation = await db.get(conversationId);
  if (conversation === null) return 0;
  const { messageCount = 0 } = await openDelta(db, "messageCount", conversationId);
  return storedCount(conversation.messageCount) + messageCount;
}
