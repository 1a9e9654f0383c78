/** What each step waits for, as one table; the README of `convex/evidence` gives the reasons. */
import type { GenericDatabaseReader } from "convex/server";
import type { Doc } from "../documents.js";
import type { Phase, Step } from "../phases.js";
import type { DataModel } from "../runtime.js";
import { rowTablesOf } from "./phaseTables.js";
import { uncompared, unverified } from "./proofs.js";
import { filledTables, uncleanable, undelivered, unexplained, unworked } from "./readiness.js";
import type { Reason } from "./refuse.js";

type Reader = GenericDatabaseReader<DataModel>;

/** Reasons against a step of a phase that was begun. */
type Need = (db: Reader, phase: Phase, state: Doc<"unnestSwitches">) => Promise<Reason[]> | Reason[];

const delivered: Need = (_db, _phase, state) => undelivered(state);

const cleanedWhole: Need = (_db, _phase, { driftFreeSince }) =>
  driftFreeSince === undefined ? [{ code: "not_cleaned" }] : [];

/**
 * Into each step, on the way forward. Into `shadow` users notice nothing, so it is enough that the deployment keeps up. From
 * `new-then-old` on some answers come from rows: answers have to have been compared. From `new` on all do: rows have to be
 * whole, and compared part by part. What `new` waits for, `cleaned` waits for again: it is taken weeks later, and takes fields away.
 */
const needs: Partial<Readonly<Record<Step, readonly Need[]>>> = {
  shadow: [unworked, unexplained],
  "new-then-old": [unworked, unexplained, uncompared],
  new: [unworked, unexplained, delivered, uncompared, unverified],
  cleaned: [unworked, unexplained, delivered, uncompared, unverified, uncleanable],
  complete: [cleanedWhole, unworked],
};

/**
 * What holds a phase up on its way into a step.
 *
 * @param state null for a phase that was never begun
 * @param to the step right after the one it is at
 */
export async function reasonsAgainstStep(
  db: Reader,
  phase: Phase,
  state: Doc<"unnestSwitches"> | null,
  to: Step,
): Promise<Reason[]> {
  if (to === "dual-write") {
    const tables = await filledTables(db, rowTablesOf(phase));
    return tables.length === 0 ? [] : [{ code: "rows_left", tables }];
  }
  if (state === null) return [];
  const reasons: Reason[] = [];
  for (const need of needs[to] ?? []) reasons.push(...(await need(db, phase, state)));
  return reasons;
}
