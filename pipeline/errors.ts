/**
 * The closed catalogue of everything that can go wrong by name. A test compares codes and fields, never text.
 * `exit` is the process's exit code (spec 7): 1 a defect of the tool, 2 wrong usage, 3 unusable input,
 * 4 checks failed or drift found, 5 import incomplete, 130 interrupted.
 */

import type { ExitCode } from "./errors/catalogueEntry.js";
import { deploymentErrors } from "./errors/deploymentErrors.js";
import { migrationErrors } from "./errors/migrationErrors.js";
import { queryErrors } from "./errors/queryErrors.js";
import { runErrors } from "./errors/runErrors.js";
import { snapshotErrors } from "./errors/snapshotErrors.js";

export type { ExitCode } from "./errors/catalogueEntry.js";

export const catalogue = {
  ...runErrors,
  ...snapshotErrors,
  ...queryErrors,
  ...deploymentErrors,
  ...migrationErrors,
} as const;

export type ErrorCode = keyof typeof catalogue;

/** Where it happened; every field that is known is printed. Ids and names only, never values of documents. */
export interface ErrorPlace {
  readonly file?: string | undefined;
  readonly table?: string | undefined;
  /** 1-based line in the table's documents.jsonl. */
  readonly line?: number | undefined;
  readonly documentId?: string | undefined;
  /** Anything else worth naming: a limit, an expected value, a path of a field. */
  readonly [field: string]: string | number | undefined;
}

/** Cells by the head of their column; all lines of an error have the same heads. */
export type ErrorDetail = Readonly<Record<string, string | number>>;

/** The only error class that is thrown on purpose. `message` says what happened; place and remedy are printed beside it. */
export class UnnestError extends Error {
  override readonly name = "UnnestError";
  readonly exit: ExitCode;
  readonly retry: "retryable" | "final";
  readonly remedy: string;
  /** What was found, a line each, for a table beneath the message. Names and counts only. */
  readonly details: readonly ErrorDetail[];

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly place: ErrorPlace = {},
    options: { cause?: unknown; remedy?: string; details?: readonly ErrorDetail[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const entry = catalogue[code];
    this.exit = entry.exit;
    this.retry = entry.retry;
    this.remedy = options.remedy ?? entry.remedy;
    this.details = options.details ?? [];
  }
}
