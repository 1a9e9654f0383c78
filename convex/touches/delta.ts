/** Differences to an aggregate row: they commute, so that neither the order nor the grouping of touches matters (spec 5). */
import { widening } from "../schema/touchKinds.js";
import { type TouchKind, touchKinds } from "./touchKinds.js";

/** Numbers by field: counts to add, and times that only widen. */
export type Delta = Readonly<Record<string, number>>;

/** Two differences as one; commutative and associative. */
export function addDeltas(left: Delta, right: Delta): Delta {
  const sum: Record<string, number> = { ...left };
  for (const [field, value] of Object.entries(right)) {
    const there = sum[field];
    const wider = widening[field];
    sum[field] = there === undefined ? value : wider === undefined ? there + value : Math[wider](there, value);
  }
  return sum;
}

/** What takes the counts of a delta back. Times stay out: they only widen. */
export function takenBack(kind: TouchKind, delta: Delta): Delta {
  // A plain minus would make −0 of 0.
  return Object.fromEntries(touchKinds[kind].counts.map((field) => [field, 0 - (delta[field] ?? 0)]));
}

/** A count as it is stored: one that is missing, or no finite number, counts as 0, here and in a recount's difference. */
export function storedCount(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

/** Is it a time that says something? NaN, which a document may hold, would spoil every later one. */
export function isTime(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

/** Could it be added to a row of this kind? What comes from outside, or was put into the table by hand, may be anything. */
export function isDeltaOf(kind: TouchKind, delta: Delta): boolean {
  const { counts, times } = touchKinds[kind];
  return Object.entries(delta).every(([field, value]) =>
    counts.includes(field) ? Number.isFinite(value) : times.includes(field) && isTime(value),
  );
}
