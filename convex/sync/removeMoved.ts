import type { Transform } from "../../transforms/defineTransform.js";
import type { StoredDocument } from "../documents.js";
import type { Sync } from "./sync.js";

/** Removes the old fields of a part that are still there. */
export async function removeMoved(sync: Sync, transform: Transform, document: StoredDocument): Promise<void> {
  const there = transform.moves.filter((field) => document[field] !== undefined);
  if (there.length === 0) return;
  await sync.db.patch(document._id, Object.fromEntries(there.map((field) => [field, undefined])));
}
