/** `phase-3` as a person reads it. */
export function phaseName(phase: string): string {
  return phase.replace(/^phase-/, "");
}
