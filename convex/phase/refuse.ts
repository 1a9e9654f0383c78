import { ConvexError } from "convex/values";
import type { Phase, Step } from "../phases.js";

/** Why a phase must not take a step (spec 5, Cleanup, and the ways back): a code, and ids, counts and ages only. */
export interface Reason {
  readonly code:
    | "wrong_step"
    | "not_mounted"
    | "earlier_tables"
    | "old_jobs"
    | "open_jobs"
    | "old_touches"
    | "set_aside_jobs"
    | "shadow_differences"
    | "not_backfilled"
    | "not_drift_free"
    | "nothing_compared"
    | "verification_stale"
    | "parts_differ"
    | "rows_left"
    | "buffer_running"
    | "old_field_writes"
    | "not_cleaned"
    | "values_not_saved";
  readonly count?: number;
  /** Of the oldest, in milliseconds. */
  readonly age?: number;
  /** Milliseconds until the reason is gone. */
  readonly wait?: number;
  /** Where the phase is. */
  readonly step?: Step;
  readonly tables?: readonly string[];
  /** Of `nothing_compared`: of this reader so many answers were compared, and so many have to be. */
  readonly reader?: string;
  readonly compared?: number;
  readonly needed?: number;
  /** As `message/toolCalls`. */
  readonly parts?: readonly string[];
  /** As `table.field`. */
  readonly fields?: readonly string[];
}

/**
 * Refuses where reasons are left.
 *
 * @param force codes of reasons that the operator lets pass; `wrong_step` is none of them
 * @throws ConvexError `switch_refused`, with the reasons that remain
 */
export function refuse(migrationId: Phase, reasons: readonly Reason[], force: readonly string[] = []): void {
  const remaining = reasons.filter(({ code }) => code === "wrong_step" || !force.includes(code));
  if (remaining.length > 0)
    throw new ConvexError({
      code: "switch_refused",
      migrationId,
      reasons: remaining.map((reason) => ({ ...reason })),
    } as never);
}
