import { UnnestError } from "../errors.js";

/** Throws INTERRUPTED once the signal is aborted; called between pieces of work that take no longer than a person waits. */
export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new UnnestError("INTERRUPTED", "Stopped while it was reading.");
}
