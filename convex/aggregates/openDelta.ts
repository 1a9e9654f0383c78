import type { GenericDatabaseReader } from "convex/server";
import type { DataModel } from "../runtime.js";
import { addDeltas, type Delta, isDeltaOf } from "../touches/delta.js";
import type { TouchKind } from "../touches/touchKinds.js";

/** Touches of one key that a read adds up. The fold leaves as many only where four hundred users a second write to one key. */
const mostOpen = 4_000;

/**
 * The sum of a key's open touches: what a read that must be exact adds to the stored row (by `addDeltas`; a field that is absent
 * does not change). Reads one index range; of more than 4,000 touches the oldest count.
 */
export async function openDelta(db: GenericDatabaseReader<DataModel>, kind: TouchKind, key: string): Promise<Delta> {
  const touches = await db
    .query("unnestTouches")
    .withIndex("by_kind_key", (range) => range.eq("kind", kind).eq("key", key))
    .take(mostOpen);
  return touches
    .filter(({ delta }) => isDeltaOf(kind, delta))
    .reduce<Delta>((sum, { delta }) => addDeltas(sum, delta), {});
}
