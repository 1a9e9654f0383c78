/** What the reads of one query share, and which side answers them (spec 5, Reading). */
import type { GenericDatabaseReader } from "convex/server";
import { type AnyReader, anyReader } from "../documents.js";
import { type PhaseState, type PhaseStates, readPhases } from "../phases.js";
import type { QueryCtx } from "../runtime.js";

/** What a read takes of its context: any query's or mutation's, whatever other tables the application's model has. */
export interface ReadCtx {
  // biome-ignore lint/suspicious/noExplicitAny: a database of any model
  readonly db: GenericDatabaseReader<any>;
}

/** The same, of which a read sees the tables it knows. */
export type KnownCtx = Pick<QueryCtx, "db">;

export function known({ db }: ReadCtx): KnownCtx {
  return { db: db as KnownCtx["db"] };
}

export interface Reading {
  readonly db: AnyReader;
  readonly phases: PhaseStates;
}

/** Reads the steps of all phases: one index interval, at most seven documents. */
export async function startReading(ctx: ReadCtx): Promise<Reading> {
  const { db } = known(ctx);
  return { db: anyReader(db), phases: await readPhases(db) };
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
