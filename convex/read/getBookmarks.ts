import type { GenericId } from "convex/values";
import type { Doc } from "../documents.js";
import { joinPage } from "./joinPage.js";
import { isReadable } from "./ownership.js";
import { boundedOptions, type Page, type PageOptions } from "./page.js";
import { known, type ReadCtx } from "./reading.js";

export interface BookmarksArguments {
  readonly userId: GenericId<"users">;
  readonly paginationOpts?: PageOptions | undefined;
}

export interface BookmarkWithMessage {
  readonly bookmark: Doc<"bookmarks">;
  /** Null where the message was deleted, or is not the user's; likewise the conversation. */
  readonly message: Doc<"messages"> | null;
  readonly conversation: Doc<"conversations"> | null;
}

const fewBookmarks: PageOptions = { numItems: 50, cursor: null };

/**
 * A user's bookmarks, the latest first, with what they mark. Reads one index range, and each message and conversation of the page
 * once, however many bookmarks the user has.
 *
 * Uses the one `.paginate()` of its query.
 */
export async function getBookmarks(
  ctx: ReadCtx,
  { userId, paginationOpts = fewBookmarks }: BookmarksArguments,
): Promise<Page<BookmarkWithMessage>> {
  const { db } = known(ctx);
  const bookmarks = async (cursor: string | null) =>
    await db
      .query("bookmarks")
      .withIndex("by_user_created", (range) => range.eq("userId", userId))
      .order("desc")
      .paginate(boundedOptions(paginationOpts, cursor));
  const once = readOnce(async (id: GenericId<"conversations">) => await db.get(id));
  return await joinPage("bookmarks", paginationOpts, bookmarks, async (bookmark) => {
    const [message, found] = await Promise.all([db.get(bookmark.messageId), once(bookmark.conversationId)]);
    const conversation = found?.userId === userId ? found : null;
    const home = message === null ? null : await once(message.conversationId);
    return { bookmark, message: message !== null && isReadable(message, home, userId) ? message : null, conversation };
  });
}

/** Reads what many items refer to once. */
function readOnce<Id extends string, Found>(read: (id: Id) => Promise<Found>): (id: Id) => Promise<Found> {
  const reads = new Map<Id, Promise<Found>>();
  return (id) => {
    const found = reads.get(id) ?? read(id);
    reads.set(id, found);
    return found;
  };
}
