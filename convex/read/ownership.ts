/** Whose documents are: what a client may read. What is another user's answers as if it did not exist. */
import type { GenericId } from "convex/values";
import type { Doc } from "../documents.js";
import type { TaggedEntity } from "./getTags.js";
import type { KnownCtx } from "./reading.js";

/** A context that knows who asks; null is nobody, and owns nothing. */
export interface AskedCtx extends KnownCtx {
  readonly userId: GenericId<"users"> | null;
}

/**
 * Is the message the user's? Its conversation has to be, and the message must not name somebody else: of its rows that one is the
 * owner (spec 4).
 *
 * @param conversation the message's
 */
export function isReadable(
  message: Doc<"messages">,
  conversation: Doc<"conversations"> | null,
  userId: GenericId<"users">,
): boolean {
  return conversation?.userId === userId && (message.userId === undefined || message.userId === userId);
}

/** Reads the message and its conversation. */
export async function ownsMessage({ db, userId }: AskedCtx, messageId: GenericId<"messages">): Promise<boolean> {
  const message = userId === null ? null : await db.get(messageId);
  if (userId === null || message === null) return false;
  return isReadable(message, await db.get(message.conversationId), userId);
}

/** Reads the document. */
export async function owns(
  { db, userId }: AskedCtx,
  id: GenericId<"conversations"> | GenericId<"projects"> | GenericId<"bookmarks" | "snippets" | "notes">,
): Promise<boolean> {
  return userId !== null && (await db.get(id))?.userId === userId;
}

/** Reads the document. Tags of feedback are set by those who look after it, and are theirs alone. */
export async function ownsTags(ctx: AskedCtx, { table, documentId }: TaggedEntity): Promise<boolean> {
  return table === "feedback" ? await isAdmin(ctx) : await owns(ctx, documentId);
}

/** May the user see what belongs to everybody's feedback? Reads the user. */
export async function isAdmin({ db, userId }: AskedCtx): Promise<boolean> {
  return userId !== null && (await db.get(userId))?.isAdmin === true;
}
