import type { Transform } from "../../transforms/defineTransform.js";
import { droppedWrites } from "../schema/touchKinds.js";
import { phaseOf } from "../sync/sync.js";
import type { DualWrite } from "./dualWrite.js";

/**
 * Counts that this transaction's write of a field which holds nothing of its own was dropped. It appends a touch, once a field, so that a
 * field which everybody writes costs no conflicts; the fold adds it up. From `complete` on there is no table for it.
 */
export async function countDropped({ sync, recorded }: DualWrite, part: Transform, field: string): Promise<void> {
  const { phase: migrationId, table } = part;
  const key = `${table}.${field}`;
  if (phaseOf(sync, part).step === "complete" || recorded.has(key)) return;
  recorded.add(key);
  const touch = { migrationId, kind: droppedWrites, key, delta: { dropped: 1 }, at: Date.now() };
  await sync.db.insert("unnestTouches", touch);
}
