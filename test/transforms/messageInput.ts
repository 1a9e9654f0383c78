import type { Value } from "convex/values";
import type { Fields, LookedUp, PartInput, SourceDocument } from "../../transforms/defineTransform.js";

/** What stands around a message; null is a dangling reference. */
export interface Surroundings {
  readonly conversation?: LookedUp;
  readonly author?: LookedUp;
  readonly conversationOwner?: LookedUp;
  /** Ids of stored files; null when the export lists none. */
  readonly storage?: readonly string[] | null;
}

const document = (_id: string, fields: Fields = {}): SourceDocument => ({ _id, _creationTime: 1, ...fields });

export const conversation = document("c1", { userId: "u1" });
export const user = document("u1");

/** Columns every row of the message below has. */
export const owned = { messageId: "m1", conversationId: "c1", userId: "u1", createdAt: 1000 };

/** A message m1 of conversation c1, both of user u1. An id of `_storage` is a text that begins with `file`. */
export function messageInput(fields: Fields, around: Surroundings = {}): PartInput {
  const { storage = null } = around;
  const message = document("m1", {
    conversationId: "c1",
    userId: "u1",
    status: "complete",
    createdAt: 1000,
    ...fields,
  });
  return {
    document: message,
    lookup: { conversation, author: user, conversationOwner: user, ...around },
    lookupMany: { storage: new Map((storage ?? []).map((id) => [id, document(id)])) },
    environment: {
      isIdOf: (table: string, text: string) => table === "_storage" && text.startsWith("file"),
      storageListed: storage !== null,
    },
  };
}

/** Values of the rows as they would be stored, by table. */
export function stored(
  rows: readonly {
    readonly table: string;
    readonly value: Fields;
    readonly refs: readonly { column: string; key: readonly (string | null)[] }[];
  }[],
): Record<string, SourceDocument[]> {
  const tables: Record<string, SourceDocument[]> = {};
  for (const { table, value, refs } of rows) {
    const ids: Record<string, Value> = {};
    for (const { column, key } of refs) ids[column] = key.join("/");
    tables[table] = [...(tables[table] ?? []), document(`${table}/${String(value.position)}`, { ...value, ...ids })];
  }
  return tables;
}
