import { ConvexError, v } from "convex/values";
import type { Doc } from "./documents.js";
import { type Phase, type PhaseState, type PhaseStates, phases, type Step } from "./phases.js";
import { oneOf } from "./schema/oneOf.js";

/** The argument that names a phase. */
export const phaseArgument = oneOf(...phases);

/** What every page takes that writes: it carries its phase's epoch and refuses another one. */
export const epochArguments = { migrationId: phaseArgument, epoch: v.number(), dryRun: v.optional(v.boolean()) };

/**
 * The phase's state, if it is where the caller thinks it is.
 *
 * @throws ConvexError `epoch_ended`, `wrong_step`
 */
export function requirePhase(
  { phases: states }: { readonly phases: PhaseStates },
  { migrationId, epoch }: { readonly migrationId: Phase; readonly epoch: number },
  steps: readonly Step[],
): PhaseState & { readonly switchRow: Doc<"unnestSwitches"> } {
  const state = states[migrationId];
  const { switchRow } = state;
  if (switchRow === null || state.epoch !== epoch)
    throw new ConvexError({ code: "epoch_ended", migrationId, epoch: state.epoch });
  if (!steps.includes(state.step)) throw new ConvexError({ code: "wrong_step", migrationId, step: state.step });
  return { ...state, switchRow };
}
