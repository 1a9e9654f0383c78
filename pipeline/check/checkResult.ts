/** Offenders a report shows by name; all are counted. */
export const sampleSize = 10;

export interface Offender {
  readonly table: string;
  readonly _id: string;
  readonly detail: string;
}

export interface CheckResult {
  readonly name: string;
  /** What must hold, and what the operator does about an offender. */
  readonly rule: string;
  readonly remedy: string;
  /** `listed`: a finding about the snapshot itself, which does not fail the run. `notApplicable`: there was nothing to look at. */
  readonly status: "passed" | "failed" | "listed" | "notApplicable";
  readonly severity: "error" | "source";
  /** Rows, documents or values it looked at. */
  readonly covered: number;
  readonly violations: number;
  /** The first offenders by table and id. */
  readonly sample: readonly Offender[];
}

/** As people read it. */
export const statusWords: Readonly<Record<CheckResult["status"], string>> = {
  passed: "passed",
  failed: "failed",
  listed: "listed",
  notApplicable: "not applicable",
};

/** What a check found. */
export type Found = Pick<CheckResult, "violations" | "sample">;

/** Collects offenders: counts all, keeps the first by table and id. */
export class Offenders implements Found {
  violations = 0;
  sample: Offender[] = [];

  add(offender: Offender): void {
    this.violations += 1;
    this.sample.push(offender);
    if (this.sample.length > sampleSize * 2) this.trim();
  }

  found(): Found {
    this.trim();
    return { violations: this.violations, sample: this.sample };
  }

  private trim(): void {
    const order = ({ table, _id, detail }: Offender): string => `${table}\u0000${_id}\u0000${detail}`;
    this.sample = this.sample.sort((left, right) => (order(left) < order(right) ? -1 : 1)).slice(0, sampleSize);
  }
}
