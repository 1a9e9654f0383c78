/** What the reads of one query share, and which side answers them (spec 5, Reading). */
import { type AnyReader, anyReader } from "../documents.js";
import { type PhaseState, type PhaseStates, readPhases } from "../phases.js";
import type { QueryCtx } from "../runtime.js";

/** What a read needs of its context; a mutation's serves as well. */
export type ReadCtx = Pick<QueryCtx, "db">;

export interface Reading {
  readonly db: AnyReader;
  readonly phases: PhaseStates;
}

/** Reads the steps of all phases: one index interval, at most seven documents. */
export async function startReading(ctx: ReadCtx): Promise<Reading> {
  return { db: anyReader(ctx.db), phases: await readPhases(ctx.db) };
}

/** `rows` falls back to the old field where a part has no rows; `old` never looks at rows. */
export type Side = "old" | "rows";

/** Which side answers reads of one part. */
export function sideOf({ step }: Pick<PhaseState, "step">): Side {
  return step === "off" || step === "dual-write" || step === "shadow" ? "old" : "rows";
}

/** Which side answers reads over several parents: they need the rows of all of them. */
export function sideOfMany({ step, switchRow }: PhaseState): Side {
  if (step === "new-then-old") return switchRow?.backfilled === true ? "rows" : "old";
  return sideOf({ step });
}
