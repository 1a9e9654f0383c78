import type { Lookup, PartInput, PartResult } from "./defineTransform.js";
import type { MovedElement } from "./movedElements.js";
import type { PartBuilder } from "./partBuilder.js";

/** What `messageColumns` looks up; belongs to the `reads` of every transform of messages. */
export const messageOwnerLookups = {
  conversation: { via: "conversationId", table: "conversations", fields: ["userId"] },
  author: { via: "userId", table: "users", fields: [] },
  conversationOwner: { via: "conversation.userId", table: "users", fields: [] },
} as const satisfies Record<string, Lookup>;

/** Fields of the message that `messageColumns` reads. */
export const messageOwnerFields = ["conversationId", "userId", "createdAt"] as const;

/** The columns every row of a message has. */
export interface MessageColumns {
  readonly messageId: string;
  readonly conversationId: string;
  readonly userId: string;
  /** The message's. */
  readonly createdAt: number;
}

/** What keeps all rows of a message from being made. */
interface Lacking {
  readonly lacking: "conversation" | "owner" | "createdAt";
}

/** The columns a message gives its rows: the owner is the first of its `userId` and its conversation's that exists. */
export function messageColumns({ document, lookup }: PartInput): MessageColumns | Lacking {
  const { conversation, author, conversationOwner } = lookup;
  if (!conversation) return { lacking: "conversation" };
  const owner = author ?? conversationOwner;
  if (!owner) return { lacking: "owner" };
  const { createdAt } = document;
  if (typeof createdAt !== "number") return { lacking: "createdAt" };
  return { messageId: document._id, conversationId: conversation._id, userId: owner._id, createdAt };
}

/**
 * The part of a message that can have no rows: every element is rejected. The rows of a message require its `createdAt`, so without
 * one its elements are invalid.
 *
 * @param invalidCodes the `invalid_…` code of each element kind.
 */
export function rejectElements(
  part: PartBuilder,
  elements: readonly MovedElement[],
  { lacking }: Lacking,
  invalidCodes: Readonly<Record<string, string>>,
): PartResult {
  for (const { element, path, value } of elements) {
    const entry =
      lacking === "createdAt"
        ? { code: invalidCodes[element] ?? "invalid_element", detail: "the message has no createdAt" }
        : { code: `${lacking}_missing` };
    part.found(element);
    part.rejected(element, { ...entry, path, value });
  }
  return part.finish();
}
