import type { CatalogueEntry } from "./catalogueEntry.js";

/** Questions asked of a run's database. */
export const queryErrors = {
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
} as const satisfies Record<string, CatalogueEntry>;
