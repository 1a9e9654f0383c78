import type { Fields, PartResult, Transform } from "../../transforms/defineTransform.js";
import { doc, mapIn, type World } from "./world.js";

/** Columns that every row of the message below has. */
export const owned = {
  messageId: "messages:m",
  conversationId: "conversations:c",
  userId: "users:ann",
  createdAt: 500,
};

/** A complete message of ann's, in a conversation of hers, with these fields besides. */
export function messageWorld(fields: Fields): World {
  return {
    users: [doc("users:ann"), doc("users:bob")],
    conversations: [doc("conversations:c", { userId: "users:ann" })],
    messages: [
      doc("messages:m", {
        conversationId: "conversations:c",
        userId: "users:ann",
        status: "complete",
        createdAt: 500,
        ...fields,
      }),
    ],
    _storage: [doc("_storage:photo")],
  };
}

/** What the message gives in its world. */
export function mapMessage(transform: Transform, fields: Fields, world: World = {}): PartResult {
  return mapIn({ ...messageWorld(fields), ...world }, transform, "messages:m");
}

/** A tally of one kind of element. */
export function tally(counts: Partial<PartResult["tally"][string]>): PartResult["tally"][string] {
  return { source: 0, rows: 0, merged: 0, rejected: 0, kept: 0, undecided: 0, ...counts };
}
