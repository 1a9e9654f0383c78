import type { CatalogueEntry } from "./catalogueEntry.js";

/** Drift, imports and rehearsals. */
export const migrationErrors = {
  // Drift and samples.
  DRIFT_FOUND: {
    exit: 4,
    retry: "final",
    remedy: "Apply it with `unnest import --delta`, then export again and compare once more, until there is none.",
  },
  DELTA_OUTDATED: {
    exit: 4,
    retry: "final",
    remedy:
      "It was taken before T0, before the end of the import or of a rebuild, or before drift that was found since. Export again, then `unnest delta <snapshot>` and `unnest import --delta`.",
  },
  DELTA_OF_ANOTHER_DEPLOYMENT: {
    exit: 3,
    retry: "final",
    remedy: "Export the deployment that the run was made of, or name that deployment's run with `--out`.",
  },
  DELTA_OF_OLDER_EXPORT: {
    exit: 3,
    retry: "final",
    remedy: "Export again, now, and compare that. An earlier delta stays as it was.",
  },
  DELTA_OF_RUNS_OWN_EXPORT: {
    exit: 3,
    retry: "final",
    remedy: "A delta needs an export that was taken after the import: export again, now, and compare that.",
  },
  DELTA_BEFORE_IMPORT: {
    exit: 3,
    retry: "final",
    remedy:
      "What the import brings would show as drift. Finish it (`unnest import`), then export again and compare that export.",
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
      "Correct these documents in the deployment: dual-write then brings their rows. Their phases count as filled when a new export is imported: `unnest run`, then `unnest import`.",
  },
  NOTHING_TO_IMPORT: {
    exit: 2,
    retry: "final",
    remedy:
      "Switch a phase on (`unnest switch phase-1 dual-write`), export again, `unnest run` that export into a new directory, and import it.",
  },
  SNAPSHOT_OF_ANOTHER_DEPLOYMENT: {
    exit: 2,
    retry: "final",
    remedy:
      "Give the address of the deployment that this run's snapshot was exported from; for this one, export it, `unnest run` that export, and import it.",
  },
  DELTA_INCOMPLETE: {
    exit: 2,
    retry: "final",
    remedy: "`unnest delta <snapshot>` with this snapshot finishes it.",
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
    remedy:
      "Run it by hand in the application's folder: it says what is wrong. It has to know the same deployment and key.",
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
