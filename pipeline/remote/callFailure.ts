/** What became of a call that gave no value, told by status and code, never by wording (spec 9). */
export type CallFailureKind =
  /** Time-out, reset, cut-off answer: it may have been committed all the same. */
  | "lost"
  /** 429, 5xx but conflicts. */
  | "overloaded"
  /** 503 OptimisticConcurrencyControlFailure. */
  | "conflict"
  /** The function answered an error with data: a ConvexError. */
  | "refused"
  /** It failed without data: a limit, a bug; a missing function looks the same. */
  | "failed"
  /** 401, 403. */
  | "denied"
  /** An answer that is not what the protocol, or the function's shape, says. */
  | "malformed";

export interface CallFailureFields {
  /** As `unnest:status`. */
  readonly path: string;
  /** Of the answer; null when there was none. */
  readonly status?: number | null;
  /** Of the body, of the ConvexError's data, or of the system (`ECONNRESET`): a name, safe to print. */
  readonly code?: string | null;
  /** A ConvexError's, decoded; from outside, unchecked. */
  readonly data?: unknown;
  /** By which the deployment's log finds the call. */
  readonly requestId?: string | null;
  /** What is wrong with an answer, in words of ours. */
  readonly detail?: string;
}

const sentences: Readonly<Record<CallFailureKind, string>> = {
  lost: "gave no answer",
  overloaded: "was turned away, the deployment being busy",
  conflict: "lost against other writes",
  refused: "was refused",
  failed: "failed in the deployment",
  denied: "was denied: the key does not open this deployment",
  malformed: "was answered with something else than its answer",
};

/** A call that failed. It holds nothing of the key, and no cause: what lies below may quote headers. */
export class CallFailure extends Error {
  override readonly name = "CallFailure";
  readonly path: string;
  readonly status: number | null;
  readonly code: string | null;
  readonly data: unknown;
  readonly requestId: string | null;

  constructor(
    readonly kind: CallFailureKind,
    { path, status = null, code = null, data, requestId = null, detail }: CallFailureFields,
  ) {
    const particulars = [detail, code, status === null || status === 200 ? undefined : `status ${status}`];
    const words = particulars.filter((word) => word !== undefined && word !== null).join(", ");
    super(`${path} ${sentences[kind]}${words === "" ? "" : ` (${words})`}.`);
    this.path = path;
    this.status = status;
    this.code = code;
    this.data = data;
    this.requestId = requestId;
  }
}
