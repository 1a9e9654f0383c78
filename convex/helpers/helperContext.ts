/**
 * What helpers take of an application's mutation: the ctx that `wrapMutations` gives fits. Helpers edit what they are told to;
 * whether the caller may is the application's to ask before it calls one.
 */
import type { MutationCtx } from "../runtime.js";
import type { Sync } from "../sync/sync.js";

export interface HelperContext {
  readonly unnest: Sync;
}

/** For helpers whose work may be more than one transaction holds: a scheduled mutation goes on with the rest. */
export type SchedulingContext = HelperContext & Pick<MutationCtx, "scheduler">;
