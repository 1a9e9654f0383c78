/** What the page of a rehearsal is made of: what it reads of `rehearsal.json`. Ids and names only. */
export interface Rehearsed {
  readonly verdict: "passed" | "failed";
  /** Where it failed, and what to do next; null when it passed. */
  readonly failure: { readonly step: string; readonly message: string; readonly remedy: string } | null;
  readonly snapshot: { readonly name: string; readonly sha256: string };
  readonly deployment: string;
  readonly seed: number;
  readonly users: number;
  readonly traffic: string;
  readonly faults: string;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly steps: readonly RehearsedStep[];
  readonly actions: readonly {
    readonly action: string;
    readonly done: number;
    readonly refused: number;
    readonly failed: number;
  }[];
}

export interface RehearsedStep {
  readonly name: string;
  readonly title: string;
  readonly status: "passed" | "failed" | "skipped" | "notRun";
  readonly seconds: number;
  readonly reason: string | null;
  readonly figures: readonly RehearsedFigure[];
  readonly checks: readonly {
    readonly name: string;
    readonly looked: number;
    readonly failed: number;
    readonly findings: readonly string[];
  }[];
}

export interface RehearsedFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: "count" | "bytes" | "seconds" | "share" | "perSecond";
  readonly isDetail?: boolean | undefined;
}
