import type { PhaseStates } from "../phases.js";
import { type TouchKind, touchKinds } from "../schema/touchKinds.js";

export { isTouchKind, type TouchKind, touchKinds } from "../schema/touchKinds.js";

/** Are touches of this kind appended? From the start of dual-write on. */
export function isCounting(phases: PhaseStates, kind: TouchKind): boolean {
  return phases[touchKinds[kind].phase].step !== "off";
}
