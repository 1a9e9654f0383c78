/**
 * What can go wrong between a client and a deployment, as data. A plan says it call by call, so that a rehearsal or a test that met
 * something can be made to meet it again.
 */

/** Answers a deployment gives instead of running a function (spec 9). Nothing was written when one comes. */
export const refusals = {
  TooManyWrites: { status: 429, message: "Too many writes per second" },
  TooManyConcurrentRequests: { status: 429, message: "Too many concurrent requests" },
  OptimisticConcurrencyControlFailure: { status: 503, message: "Documents read from or written to changed meanwhile" },
  CommitterFullError: { status: 503, message: "Too many pending writes" },
  ExpiredInQueue: { status: 503, message: "The request waited too long to be started" },
  WorkerOverloaded: { status: 503, message: "There are too many concurrent requests" },
  InternalServerError: { status: 500, message: "Your request couldn't be completed. Try again later." },
} as const;

export type RefusalCode = keyof typeof refusals;

export type Fault =
  /** The connection breaks before the function has run. */
  | { readonly kind: "reset" }
  /** The function has run, and been committed, when the connection breaks: no byte of the answer comes. */
  | { readonly kind: "lost" }
  /** The same in the middle of the answer's body. */
  | { readonly kind: "cutOff" }
  /** The function has run; its answer comes so many milliseconds later. */
  | { readonly kind: "delayed"; readonly milliseconds: number }
  | { readonly kind: "refused"; readonly code: RefusalCode };

export interface FaultyCall {
  /** 1 for the first call of a function that reaches the server. */
  readonly number: number;
  /** `unnest:importParts`. */
  readonly path: string;
}

/** The fault of a call; null for none. The same call must always get the same answer. */
export type FaultPlan = (call: FaultyCall) => Fault | null;

/** What faults are counted under: the kind, or the code of a refusal. */
export function faultName(fault: Fault): Exclude<Fault["kind"], "refused"> | RefusalCode {
  return fault.kind === "refused" ? fault.code : fault.kind;
}
