/**
 * The closed catalogue of everything that can go wrong by name. A test compares codes and fields, never text.
 * `exit` is the process's exit code (spec 7): 1 a defect of the tool, 2 wrong usage, 3 unusable input,
 * 4 checks failed or drift found, 5 import incomplete, 130 interrupted.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

interface CatalogueEntry {
  readonly exit: ExitCode;
  /** Doing the same again may help (a lock, a full disk that was cleared), or it never will. */
  readonly retry: "retryable" | "final";
  /** What the operator does next. */
  readonly remedy: string;
}

export const catalogue = {
  INTERNAL: {
    exit: 1,
    retry: "final",
    remedy: "This is a defect of unnest. Please report it with the command and the message; your data was not changed.",
  },

  // The command line and the run directory.
  USAGE: {
    exit: 2,
    retry: "final",
    remedy: "`unnest --help` lists the commands, `unnest <command> --help` their options.",
  },
  INTERRUPTED: { exit: 130, retry: "retryable", remedy: "Start the same command again: finished stages are kept." },
  CHECKS_FAILED: {
    exit: 4,
    retry: "final",
    remedy:
      "Look at the samples above, follow one with `unnest trace <id>`; `unnest check --list` says what each check means.",
  },
  UNKNOWN_CHECK: { exit: 2, retry: "final", remedy: "`unnest check --list` shows the names." },
  INVALID_ID: {
    exit: 2,
    retry: "final",
    remedy: "Copy the whole `_id` of a document, as an export or the report shows it.",
  },
  ID_NOT_FOUND: {
    exit: 2,
    retry: "final",
    remedy: "Check that `--out` names the run directory of the snapshot that holds this id.",
  },
  RUN_DIRECTORY_MISSING: {
    exit: 2,
    retry: "final",
    remedy: "Start with `unnest run <snapshot>`, or name its directory with `--out`.",
  },
  RUN_INCOMPLETE: { exit: 2, retry: "retryable", remedy: "Finish it with the same `unnest run <snapshot>` as before." },
  NOT_A_RUN_DIRECTORY: {
    exit: 2,
    retry: "final",
    remedy: "Name a new or empty directory with `--out`; other files are never touched.",
  },
  RUN_DIRECTORY_OF_ANOTHER_SNAPSHOT: {
    exit: 3,
    retry: "final",
    remedy: "Choose another directory with `--out`, or throw this run away and start over with `--fresh`.",
  },
  RUN_DIRECTORY_NEWER: {
    exit: 3,
    retry: "final",
    remedy: "Use that version of unnest, choose another directory with `--out`, or start over with `--fresh`.",
  },
  RUN_DIRECTORY_OLDER: {
    exit: 3,
    retry: "final",
    remedy: "Start over with `--fresh`, choose another directory with `--out`, or use that version of unnest.",
  },
  RUN_DIRECTORY_DAMAGED: { exit: 3, retry: "final", remedy: "Start over with `unnest run <snapshot> --fresh`." },
  RUN_DIRECTORY_BUSY: {
    exit: 3,
    retry: "retryable",
    remedy: "Wait for the other command to end, or choose another directory with `--out`.",
  },
  RUN_OPTIONS_DIFFER: {
    exit: 2,
    retry: "final",
    remedy:
      "Repeat the options of the first time, choose another directory with `--out`, or start over with `--fresh`.",
  },
  DISK_FULL: {
    exit: 3,
    retry: "retryable",
    remedy: "Make room and start the same command again: finished stages are kept.",
  },
  NO_PERMISSION: {
    exit: 3,
    retry: "retryable",
    remedy: "Give yourself the right to read and write there, or choose another path.",
  },
  MEMORY_LIMIT_TOO_LOW: {
    exit: 3,
    retry: "retryable",
    remedy: "Start the same command again with a larger `--memory-limit` or fewer `--threads`.",
  },
  SNAPSHOT_NOT_FOUND: {
    exit: 3,
    retry: "final",
    remedy: "Check the path: it names an export ZIP or the folder it was unpacked into.",
  },
  NOT_A_ZIP: {
    exit: 3,
    retry: "final",
    remedy: "Give the ZIP that `npx convex export --path` wrote, or the folder it was unpacked into.",
  },
  ZIP_TRUNCATED: {
    exit: 3,
    retry: "final",
    remedy: "The download or copy was cut off. Fetch the export again and compare its size.",
  },
  ZIP_DAMAGED: { exit: 3, retry: "final", remedy: "The archive is damaged. Fetch the export again." },
  ZIP_ENCRYPTED: { exit: 3, retry: "final", remedy: "Unpack the archive with its password and give the folder." },
  ZIP_UNSAFE_PATH: {
    exit: 3,
    retry: "final",
    remedy: "No Convex export holds such a path. Do not unpack this archive; take the export again from Convex.",
  },
  ZIP_ENTRY_SIZE: {
    exit: 3,
    retry: "final",
    remedy: "The archive states a size that its data does not have. Take the export again from Convex.",
  },
  ZIP_ENTRY_CRC: {
    exit: 3,
    retry: "final",
    remedy: "The data was changed after it was written. Fetch the export again.",
  },
  ZIP_BOMB: {
    exit: 3,
    retry: "final",
    remedy:
      "The archive would unpack to far more than an export of its size. If it is yours, unpack it and give the folder.",
  },
  ZIP_METHOD: {
    exit: 3,
    retry: "final",
    remedy: "Entries of an export are stored or deflated. Unpack the archive and give the folder.",
  },
  SYMBOLIC_LINK: {
    exit: 3,
    retry: "final",
    remedy: "Links are not followed. Put the file itself where the link is.",
  },
  NO_DOCUMENTS: {
    exit: 3,
    retry: "final",
    remedy:
      "Nothing in it looks like a Convex export: no <table>/documents.jsonl. Check that the path names the export.",
  },
  TABLE_TWICE: { exit: 3, retry: "final", remedy: "Remove one of the two; a table has one documents.jsonl." },
  TABLE_NAME_INVALID: {
    exit: 3,
    retry: "final",
    remedy: "A name is a letter or _ and up to 63 letters, digits or _, not all of them _. Rename the table's folder.",
  },
  TABLES_MALFORMED: {
    exit: 3,
    retry: "final",
    remedy: 'Each line of _tables/documents.jsonl is {"name": <table>, "id": <table number>}. Take the export again.',
  },
  TABLE_NUMBER_INVALID: {
    exit: 3,
    retry: "final",
    remedy: "A table number is an integer from 1 to 4294967295. Correct _tables/documents.jsonl.",
  },
  TABLE_NUMBER_TWICE: {
    exit: 3,
    retry: "final",
    remedy: "Ids could not be told apart, and Convex would refuse the import. Correct _tables/documents.jsonl.",
  },
  GENERATED_SCHEMA_INVALID: {
    exit: 3,
    retry: "final",
    remedy:
      "This file says how the table's values are to be read, so guessing would change them. Take the export again.",
  },
  NOT_UTF8: { exit: 3, retry: "final", remedy: "Lines are UTF-8. Convert the file, or take the export again." },
  BYTE_ORDER_MARK: { exit: 3, retry: "final", remedy: "Remove the three bytes EF BB BF at the start of the file." },
  LINE_BLANK: { exit: 3, retry: "final", remedy: "Remove the blank line; Convex refuses it as well." },
  LINE_TOO_LONG: {
    exit: 3,
    retry: "final",
    remedy: "No document is that long (Convex stops at 1 MiB). Look for a missing line end.",
  },
  LINE_TRUNCATED: {
    exit: 3,
    retry: "final",
    remedy: "The file was cut off within its last line. Fetch the export again.",
  },
  LINE_NOT_JSON: {
    exit: 3,
    retry: "final",
    remedy: "Look at that line of the file; take the export again from Convex.",
  },
  LINE_NOT_OBJECT: { exit: 3, retry: "final", remedy: "Each line is one document, a JSON object. Correct that line." },
  JSON_TOO_DEEP: { exit: 3, retry: "final", remedy: "A document nests at most 16 levels. Correct that line." },
  VALUE_UNKNOWN_TAG: {
    exit: 3,
    retry: "final",
    remedy:
      'Only {"$float"}, {"$bytes"} and {"$integer"} exist, and only in tables whose generated_schema is "uniform".',
  },
  VALUE_NOT_OF_SHAPE: {
    exit: 3,
    retry: "final",
    remedy: "The value contradicts the table's generated_schema.jsonl. The two files must be of one export.",
  },
  NUMBER_OUT_OF_RANGE: {
    exit: 3,
    retry: "final",
    remedy: "Correct the number in that line; Convex refuses it as well.",
  },
  UNPAIRED_SURROGATE: { exit: 3, retry: "final", remedy: "Correct the text in that line; Convex refuses it as well." },
  ID_MISSING: { exit: 3, retry: "final", remedy: "Every document of an export has an _id. Take the export again." },
  ID_NOT_CANONICAL: {
    exit: 3,
    retry: "final",
    remedy: "That text is no Convex id: its length, letters or checksum are wrong. Restore the id from the deployment.",
  },
  ID_OF_OTHER_TABLE: {
    exit: 3,
    retry: "final",
    remedy: "The document lies in another table's file, or _tables is of another export.",
  },
  ID_DUPLICATE: { exit: 3, retry: "final", remedy: "Remove one of the two documents with this _id." },
  CREATION_TIME_INVALID: {
    exit: 3,
    retry: "final",
    remedy: "_creationTime is a float above 0 and below 2^53, in milliseconds since 1970. Take the export again.",
  },
  NO_MODEL_TABLES: {
    exit: 3,
    retry: "final",
    remedy:
      "Check that this is an export of the application the model describes; `unnest inspect` shows what it holds.",
  },
  DOCUMENTS_SET_ASIDE: {
    exit: 3,
    retry: "final",
    remedy:
      "Correct the documents in the deployment and export again, or leave `--strict` away: they are then listed and left out.",
  },
  GUARD_BROKEN: {
    exit: 3,
    retry: "final",
    remedy:
      "Two different things would become one row. Please report it with the rule and the offender; nothing was written.",
  },

  // Questions asked of a run's database.
  QUERY_INVALID: {
    exit: 2,
    retry: "final",
    remedy:
      "Correct the statement there. `SHOW ALL TABLES` lists the tables, `DESCRIBE normal.tags` the columns of one.",
  },
  QUERY_NOT_ALLOWED: {
    exit: 2,
    retry: "final",
    remedy:
      "A query is one SELECT (or SHOW, DESCRIBE, SUMMARIZE) over the run's own tables. For anything else open a copy of work.duckdb in DuckDB itself.",
  },
  QUERY_FAILED: {
    exit: 2,
    retry: "final",
    remedy: "Look at the expression there; `TRY_CAST(x AS …)` and `TRY(…)` give NULL where a value does not fit.",
  },
  QUERY_TIMEOUT: {
    exit: 2,
    retry: "final",
    remedy: "Ask for less (`LIMIT`, a narrower WHERE), or allow more time with `--timeout <seconds>`.",
  },
  QUERY_PARAMETER: {
    exit: 2,
    retry: "final",
    remedy: "`unnest query --list --name <analytic>` shows the parameters with their types.",
  },
  UNKNOWN_ANALYTIC: { exit: 2, retry: "final", remedy: "`unnest query --list` shows the names." },

  // A deployment, and the way to it.
  WRONG_URL: {
    exit: 2,
    retry: "final",
    remedy:
      "Give the deployment's own url with `--url`, CONVEX_URL or CONVEX_SELF_HOSTED_URL, as `https://happy-animal-123.convex.cloud`; plain http goes to this machine alone.",
  },
  KEY_MISSING: {
    exit: 2,
    retry: "final",
    remedy:
      "Set CONVEX_DEPLOY_KEY or CONVEX_SELF_HOSTED_ADMIN_KEY, or name a file of yours that holds the key with `--key-file`; the dashboard gives keys in the deployment's settings.",
  },
  WRONG_KEY: {
    exit: 2,
    retry: "final",
    remedy:
      "A deployment's own key reads `prod:name|secret`, `dev:name|secret` or `name|secret`. Copy it whole, from the deployment's settings.",
  },
  KEY_FILE_OPEN: {
    exit: 2,
    retry: "final",
    remedy: "Close it to everybody but yourself: `chmod 600 <file>`. If others could read it, make a new key.",
  },
  KEY_OF_ANOTHER_DEPLOYMENT: {
    exit: 2,
    retry: "final",
    remedy: "Give the url and the key of one deployment. Nothing was sent.",
  },
  CONFIRMATION_MISSING: {
    exit: 2,
    retry: "final",
    remedy: "Nothing was changed. `--dry-run` shows what would be.",
  },
  DEPLOYMENT_WITHOUT_FUNCTIONS: {
    exit: 3,
    retry: "final",
    remedy:
      "Mount the functions in the application's `convex/unnest.ts` (README, Inside the application), deploy, and check `--url` and `--mount`. If they are there, the deployment's log tells why `status` failed.",
  },
  DEPLOYMENT_VERSION: {
    exit: 3,
    retry: "final",
    remedy: "Deploy the application with this version of unnest, or use the version it was deployed with.",
  },
  DEPLOYMENT_DENIED: {
    exit: 2,
    retry: "final",
    remedy: "Check that the key is this deployment's and was not revoked. Nothing was changed by this call.",
  },
  DEPLOYMENT_UNREACHABLE: {
    exit: 5,
    retry: "retryable",
    remedy: "Check `--url` and the network, then start the same command again: what is done is not done twice.",
  },
  DEPLOYMENT_BUSY: {
    exit: 5,
    retry: "retryable",
    remedy: "Start the same command again when the deployment has less to do: what is done is not done twice.",
  },
  CALL_REFUSED: {
    exit: 4,
    retry: "final",
    remedy: "`unnest status` shows where each phase is; another command may have moved it meanwhile.",
  },
  CALL_FAILED: {
    exit: 5,
    retry: "retryable",
    remedy:
      "The deployment's log tells why, under the request id or the function's name. Then start the same command again: what is done is not done twice.",
  },
  STEP_REFUSED: {
    exit: 4,
    retry: "retryable",
    remedy: "Deal with the reasons; `unnest status` shows them all.",
  },
  DOCUMENTS_LEFT: {
    exit: 4,
    retry: "retryable",
    remedy:
      "Deal with the documents named above (`unnest status --retry-jobs` gives jobs that were set aside another try), then start the same command again.",
  },
  PARTS_DIFFER: {
    exit: 4,
    retry: "final",
    remedy:
      "Export again, then `unnest delta <snapshot>` and `unnest import --delta`; documents are never changed by it.",
  },
  ANSWER_MALFORMED: {
    exit: 3,
    retry: "final",
    remedy: "Check that the url is a Convex deployment's and that nothing between here and there answers in its place.",
  },

  // Drift and samples.
  DRIFT_FOUND: {
    exit: 4,
    retry: "final",
    remedy: "Apply it with `unnest import --delta`, then export again and compare once more, until there is none.",
  },
  NOTHING_MIGRATES: {
    exit: 3,
    retry: "final",
    remedy: "Switch phases on with `unnest switch <phase> dual-write`, import, then export again.",
  },

  // Importing.
  IMPORT_INCOMPLETE: {
    exit: 5,
    retry: "retryable",
    remedy:
      "Start the same command again: it goes on with what is not done. `unnest trace <id>` shows a document's batch.",
  },
  IMPORT_FAILING: {
    exit: 5,
    retry: "retryable",
    remedy:
      "Look at the function in the deployment's log (dashboard, Logs); when it is mended, start the same command again.",
  },
  IMPORT_INVALID: {
    exit: 5,
    retry: "final",
    remedy:
      "Correct these documents in the deployment: dual-write then brings their rows; `unnest delta` shows what is still missing.",
  },
  NOTHING_TO_IMPORT: {
    exit: 2,
    retry: "final",
    remedy:
      "Switch a phase on (`unnest switch phase-1 dual-write`), export again, `unnest run` that export into a new directory, and import it.",
  },
  DELTA_MISSING: {
    exit: 2,
    retry: "final",
    remedy: "Export the deployment again and start with `unnest delta <snapshot>`.",
  },

  // Snapshots in an embedded deployment.
  IMPORT_REFUSED: {
    exit: 3,
    retry: "final",
    remedy: "A deployment with this schema would refuse it as well. Correct what is named, and take the export again.",
  },

  // Rehearsals.
  REHEARSAL_FAILED: {
    exit: 4,
    retry: "retryable",
    remedy: "The report names the step and what it found. `--keep` leaves exports and runs to look at.",
  },
  REHEARSAL_COMMAND_FAILED: {
    exit: 4,
    retry: "retryable",
    remedy: "Run the rehearsal again with `--keep`, and the command by hand on what it left.",
  },
  REHEARSAL_ON_PRODUCTION: {
    exit: 2,
    retry: "final",
    remedy: "A rehearsal replaces every table. Give it the key of a dev or preview deployment, or leave `--url` away.",
  },
  CONVEX_COMMAND_FAILED: {
    exit: 4,
    retry: "retryable",
    remedy: "Run it by hand in the application's folder: it says what is wrong. It has to know the same deployment and key.",
  },
  REHEARSAL_MISSING: {
    exit: 2,
    retry: "final",
    remedy: "Name the directory of an earlier rehearsal, which holds its rehearsal.json.",
  },
  NOT_A_REHEARSAL: {
    exit: 2,
    retry: "final",
    remedy: "Name a new or empty directory with `--out`; other files are never touched.",
  },
} as const satisfies Record<string, CatalogueEntry>;

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

/** The only error class that is thrown on purpose. `message` says what happened; place and remedy are printed beside it. */
export class UnnestError extends Error {
  override readonly name = "UnnestError";
  readonly exit: ExitCode;
  readonly retry: "retryable" | "final";
  readonly remedy: string;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly place: ErrorPlace = {},
    options: { cause?: unknown; remedy?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const entry = catalogue[code];
    this.exit = entry.exit;
    this.retry = entry.retry;
    this.remedy = options.remedy ?? entry.remedy;
  }
}
