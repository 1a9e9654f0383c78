/** The application's functions, as its generated `api` would name them. */
import { type ApiFromModules, anyApi } from "convex/server";
import type * as bookmarks from "./bookmarks.js";
import type * as conversations from "./conversations.js";
import type * as messages from "./messages.js";
import type * as reads from "./reads.js";

export const api = anyApi as unknown as ApiFromModules<{
  bookmarks: typeof bookmarks;
  conversations: typeof conversations;
  messages: typeof messages;
  reads: typeof reads;
}>;
