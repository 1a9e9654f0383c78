import type { Fields } from "../../transforms/defineTransform.js";
import type { Sync } from "../sync/sync.js";
import { storedCount } from "../touches/delta.js";
import { isCounting } from "../touches/touchKinds.js";

/**
 * Appends what takes back a wrapped write's own change of `messageCount`, so that an application's counting lines may stay
 * beside the counting of messages (spec 5). None while phase 7 is off. Reads nothing.
 *
 * @param before the conversation, null when it is born
 * @param after the conversation, null when it goes: then there is nothing left to count
 */
export async function touchForConversation(
  { phases, touches }: Pick<Sync, "phases" | "touches">,
  conversationId: string,
  before: Fields | null,
  after: Fields | null,
): Promise<void> {
  if (!isCounting(phases, "messageCount") || after === null) return;
  const change = storedCount(after.messageCount) - storedCount(before?.messageCount);
  if (change !== 0) await touches.add("messageCount", conversationId, { messageCount: 0 - change });
}
