import { UnnestError } from "../errors.js";

interface FailedCheck {
  readonly name: string;
  readonly violations: number;
}

/** CHECKS_FAILED with the number of offending rows and the name of the first check; null when none failed. */
export function checksFailed(failed: readonly FailedCheck[]): UnnestError | null {
  const [first] = failed;
  if (first === undefined) return null;
  const rows = failed.reduce((sum, { violations }) => sum + violations, 0);
  const what = failed.length === 1 ? "One check failed." : `${failed.length} checks failed.`;
  return new UnnestError("CHECKS_FAILED", what, { check: first.name, rows });
}
