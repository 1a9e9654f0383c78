import type { Transform } from "../../transforms/defineTransform.js";
import { type AnyReader, type AnyWriter, anyWriter } from "../documents.js";
import { transactionMetrics } from "../meta.js";
import { type PhaseState, type PhaseStates, readPhases } from "../phases.js";
import type { MutationCtx } from "../runtime.js";
import { Touches } from "../touches/touches.js";
import { Backlog } from "./backlog.js";
import { Budget } from "./budget.js";

/**
 * What all syncs of one transaction share. Made once a mutation and never kept longer: module state would leak from one
 * transaction into the next.
 */
export interface Sync {
  /** The unwrapped database: what a sync writes is not dual-written again. */
  readonly db: AnyWriter;
  readonly phases: PhaseStates;
  readonly touches: Touches;
  /** Ids of tags and sourceMetadata rows found or made in this transaction, by table and natural key. */
  readonly entityIds: Map<string, string>;
  /** What syncs may take of a user's transaction. */
  readonly budget: Budget;
  /** Jobs queued in this transaction, by name: one is enough, however often a part changes in it. */
  readonly queued: Set<string>;
  /** What waits for the mutation's end; null where nobody settles then, and everything is done or queued at once. */
  readonly backlog: Backlog | null;
  /** What `inTurn` waits for; never fails. */
  readonly turns: { last: Promise<unknown> };
}

/** What it takes to read and map a part; a query has no more. */
export type SyncReads = Pick<Sync, "phases" | "entityIds"> & { readonly db: AnyReader };

/**
 * Reads the steps of all phases; everything else starts empty.
 *
 * @param settles does the caller call `settle` at the mutation's end? Then what follows from many writes may wait for that.
 */
export async function startSync(ctx: Pick<MutationCtx, "db">, { settles = false } = {}): Promise<Sync> {
  const db = anyWriter(ctx.db);
  const backlog = settles ? new Backlog(db) : null;
  const budget = new Budget(() => transactionMetrics(ctx));
  return {
    db,
    phases: await readPhases(ctx.db),
    touches: new Touches(db, async (phase) => {
      if (backlog === null || !backlog.defers(budget.hasBegun())) return false;
      await backlog.expect(phase);
      return true;
    }),
    entityIds: new Map(),
    budget,
    backlog,
    queued: new Set(),
    turns: { last: Promise.resolve() },
  };
}

/** Does work wait for the mutation's end by now? */
export function defersWork({ backlog, budget }: Pick<Sync, "backlog" | "budget">): boolean {
  return backlog?.defers(budget.hasBegun()) ?? false;
}

/** The state of a transform's phase. */
export function phaseOf(sync: Pick<Sync, "phases">, transform: { readonly phase: string }): PhaseState {
  const state = (sync.phases as Readonly<Record<string, PhaseState>>)[transform.phase];
  if (state === undefined) throw new TypeError(`${transform.phase} is no phase`);
  return state;
}

/**
 * Does this transform give anything to write? One without rows and entities (`project/conversationIds`) is there for the accounting
 * and for rebuild.
 */
export function givesRows({ writes, mentions }: Transform): boolean {
  return Object.keys(writes).length > 0 || mentions.length > 0;
}

/** Is there anything to write for a part of this kind? One whose phase is off is left alone. */
export function isSynced(sync: Pick<Sync, "phases">, transform: Transform): boolean {
  return givesRows(transform) && phaseOf(sync, transform).step !== "off";
}
