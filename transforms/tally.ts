import type { Tally } from "./defineTransform.js";

/** A tally of nothing yet. */
export function emptyTally(): Tally {
  return { source: 0, rows: 0, merged: 0, rejected: 0, kept: 0, undecided: 0 };
}

/** Adds one tally to another, in place. */
export function addTally(sum: Tally, tally: Readonly<Tally>): void {
  for (const fate of Object.keys(sum) as (keyof Tally)[]) sum[fate] += tally[fate];
}
