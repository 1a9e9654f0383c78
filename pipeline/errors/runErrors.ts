import type { CatalogueEntry } from "./catalogueEntry.js";

/** The command line, the run directory, and what the machine gives. */
export const runErrors = {
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
  DIRECTORY_NOT_MADE: {
    exit: 2,
    retry: "final",
    remedy: "Name another place, in a directory that is there and that you may write to.",
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
  EXPORT_FOLDER_TAKEN: {
    exit: 2,
    retry: "final",
    remedy: "Name a new or empty folder with `--to`, or write into this one with `--force`: its other files stay.",
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
  TOO_MANY_OPEN_FILES: {
    exit: 3,
    retry: "retryable",
    remedy: "Allow more (`ulimit -n 1024`), or end other programs, and start the same command again.",
  },
  MEMORY_LIMIT_TOO_LOW: {
    exit: 3,
    retry: "retryable",
    remedy: "Start the same command again with a larger `--memory-limit` or fewer `--threads`.",
  },
} as const satisfies Record<string, CatalogueEntry>;
