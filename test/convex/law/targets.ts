import type { GenericId } from "convex/values";
import type { Event } from "./schedule.js";
import type { State } from "./state.js";
import type { Targets } from "./users.js";

/** The documents that an event names by number: which of those there are, counted round. */
export function targetsOf(event: Event, state: State, storageId: GenericId<"_storage">): Targets {
  // Nobody asks for the tags of a user who is gone.
  const users = new Set(state.users?.map(({ _id }) => _id));
  const ownedTags = state.tags?.filter(({ userId }) => users.has(String(userId)));
  const at = (table: string, number: number | null | undefined) => {
    const documents = (table === "tags" ? ownedTags : state[table]) ?? [];
    return typeof number === "number" && documents.length > 0 ? documents[number % documents.length] : undefined;
  };
  const of = (field: string) => (event as unknown as Record<string, number | null | undefined>)[field];
  const conversations = event.do === "order" ? event.conversations : [];
  return {
    message: at("messages", of("message")),
    conversation: at("conversations", of("conversation")),
    bookmark: at("bookmarks", of("bookmark")),
    project: at("projects", of("project")),
    user: at("users", of("user")),
    tag: at("tags", of("tag")),
    into: at("tags", of("into")),
    storageId,
    conversations: conversations.flatMap((number) => at("conversations", number)?._id ?? []),
  } as unknown as Targets;
}
