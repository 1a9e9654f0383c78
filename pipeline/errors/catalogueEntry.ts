/** The process's exit code (spec 7). */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

export interface CatalogueEntry {
  readonly exit: ExitCode;
  /** Doing the same again may help (a lock, a full disk that was cleared), or it never will. */
  readonly retry: "retryable" | "final";
  /** What the operator does next. */
  readonly remedy: string;
}
