import { type ErrorCode, UnnestError } from "../errors.js";

/** Errors of the system and of DuckDB which a user can do something about; DuckDB has no codes, only texts. */
const known: readonly { readonly sign: RegExp; readonly code: ErrorCode; readonly message: string }[] = [
  {
    sign: /ENOSPC|EDQUOT|No space left on device|failed to offload data block|max_temp_directory_size/i,
    code: "DISK_FULL",
    message: "The disk is full.",
  },
  {
    sign: /EMFILE|ENFILE|Too many open files/i,
    code: "TOO_MANY_OPEN_FILES",
    message: "The system allows no more open files.",
  },
  {
    sign: /EFBIG|File too large/i,
    code: "DISK_FULL",
    message: "A file has reached the largest size that is allowed here.",
  },
  { sign: /EACCES|EPERM|EROFS|Permission denied/i, code: "NO_PERMISSION", message: "The system refuses access." },
  {
    sign: /Could not set lock on file|Conflicting lock/i,
    code: "RUN_DIRECTORY_BUSY",
    message: "Another process has the run's database open.",
  },
  {
    sign: /Out of Memory Error|ERR_WORKER_OUT_OF_MEMORY/i,
    code: "MEMORY_LIMIT_TOO_LOW",
    message: "The work does not fit in the memory it may use.",
  },
];

/**
 * Any thrown thing as an `UnnestError`: what was thrown on purpose stays, what the machine caused gets its code, all
 * else is INTERNAL with the original as cause.
 */
export function asUnnestError(error: unknown): UnnestError {
  if (error instanceof UnnestError) return error;
  const { message, code, path } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  // What `signal.throwIfAborted()` throws: the only signal here is Ctrl-C.
  if (error instanceof Error && error.name === "AbortError")
    return new UnnestError("INTERRUPTED", "Stopped on request.");
  const found = known.find(({ sign }) => sign.test(code ?? "") || sign.test(message));
  const place = path === undefined ? {} : { file: path };
  if (found !== undefined) return new UnnestError(found.code, found.message, place, { cause: error });
  return new UnnestError("INTERNAL", withoutData(message), place, { cause: error });
}

/** DuckDB quotes values of documents and whole statements behind the kind of error; they stay in the cause, which is not printed. */
function withoutData(message: string): string {
  const [, kind] =
    /^(?:Failed to [a-z ]+: )?([A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*)* (?:Error|Exception)): /.exec(message) ?? [];
  return kind === undefined ? message : `DuckDB stopped with a ${kind}.`;
}
