import type { Fields } from "../../transforms/defineTransform.js";
import { addDeltas, type Delta, isTime, storedCount } from "../touches/delta.js";
import { type TouchKind, touchKinds } from "../touches/touchKinds.js";

/** The counts and times of a row of this kind once a difference is added. Pure. */
export function summed(kind: TouchKind, row: Fields, delta: Delta): Delta {
  const { counts, times } = touchKinds[kind];
  const before: Record<string, number> = {};
  for (const field of counts) before[field] = storedCount(row[field]);
  for (const field of times) {
    const time = row[field];
    if (isTime(time)) before[field] = time;
  }
  return addDeltas(before, delta);
}
