import { isPhase, type Phase, phases } from "../../convex/schema/steps.js";
import { UnnestError } from "../errors.js";

/** A phase as a person names it, `5` or `phase-5`. @throws UnnestError USAGE */
export function parsePhase(text: string): Phase {
  const name = /^\d$/.test(text) ? `phase-${text}` : text;
  if (isPhase(name)) return name;
  throw new UnnestError("USAGE", `There are the phases ${phases.join(", ")}, not "${text}".`);
}
