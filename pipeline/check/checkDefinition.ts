import { qualified } from "../db/quote.js";
import { requiredHeader, type SqlFile, selectOf, sqlFiles } from "../db/sqlFiles.js";
import { rowsOf } from "../model/checks/offenders.js";
import { generatedChecks } from "../model/generatedChecks.js";
import type { Model } from "../model/types.js";

/** A rule over the tables that would be live after the import, and the query that returns what breaks it. */
export interface CheckDefinition {
  readonly name: string;
  /** What must hold. */
  readonly rule: string;
  readonly why: string;
  /** What the operator does about an offender. */
  readonly remedy: string;
  /** `source`: a finding about the snapshot itself, which fails a run only under `--strict`. */
  readonly severity: "error" | "source";
  /** Offenders as `"table", _id, detail`; null for a check that is no single query (`rebuild`, `limits`). */
  readonly sql: string | null;
  /** A query that counts what the check looks at: rows, documents or values. A check that looks at nothing proves nothing. */
  readonly covers: string;
}

/** A check that TypeScript runs, since the rule it repeats is TypeScript. */
const rebuildCheck: CheckDefinition = {
  name: "rebuild",
  rule: "Every moved field, rebuilt from its rows and the ledger, equals the original.",
  why: "It is the proof that nothing is lost, and what rolling back would write.",
  remedy: "This is a defect of a transform. Keep the run directory and report it; do not import.",
  severity: "error",
  sql: null,
  covers: "SELECT coalesce(sum(shrunk), 0) FROM meta.document_sizes",
};

const sourceSchemaCheck: CheckDefinition = {
  name: "sourceSchema",
  rule: "Every document of the snapshot fits the old schema and the transitional one.",
  why: "A deploy of the schema is refused as long as one does not. They are mapped all the same, as a deployment maps them.",
  remedy:
    'Correct the documents in the application before a deploy; `unnest query "SELECT * FROM meta.misfits"` gives all of them. Of `schemas` that is `old`, only the schema before the migration refuses.',
  severity: "source",
  covers: 'SELECT coalesce(sum("rows"), 0) FROM meta.tables WHERE in_model',
  sql: "SELECT \"table\", _id, path || ': ' || reason AS detail FROM meta.misfits",
};

const repeatedKeysCheck: CheckDefinition = {
  name: "repeatedKeys",
  rule: "No document of the snapshot has a key twice; objects inside are looked at only where the line is read exactly.",
  why: "Only the last value counts, for unnest as for `convex import`; a tool that wrote both may have meant the other.",
  remedy:
    'Nothing, where the last value is right. Otherwise correct the document in the application and export again; `unnest query "SELECT * FROM meta.repeated_keys"` gives all of them.',
  severity: "source",
  // Of the older encodings, lines that are decoded lose their repeated keys before anyone looks.
  covers: "SELECT coalesce(sum(\"rows\"), 0) FROM meta.tables WHERE encoding = 'uniform'",
  sql: "SELECT \"table\", _id, path || ': stands more than once; the last value counts' AS detail FROM meta.repeated_keys",
};

const limitsCheck: Omit<CheckDefinition, "covers"> = {
  name: "limits",
  rule: "Every row and patch keeps Convex's limits on size, nesting, arrays, objects and names.",
  why: "An import with a document over a limit is refused, as a whole.",
  remedy: "This is a defect of a transform: a row too large belongs in the ledger. Report the row.",
  severity: "error",
  sql: null,
};

/** The opening comment of a check's file: `-- Rule:`, `-- Why:`, `-- Remedy:`, and `-- Covers:` (what stands behind a FROM). */
function fromFile(file: SqlFile): CheckDefinition {
  const header = (label: string): string => requiredHeader("checks", file, label);
  return {
    name: file.name,
    rule: header("Rule"),
    why: header("Why"),
    remedy: header("Remedy"),
    severity: "error",
    covers: rowsOf([header("Covers")]),
    sql: selectOf(file),
  };
}

/**
 * All checks: those that follow from the schema, those of `sql/checks/`, and the ones TypeScript runs.
 *
 * @param storageListed whether the snapshot lists its files; without them a missing file says nothing
 */
export function checkDefinitions(model: Model, storageListed: boolean): readonly CheckDefinition[] {
  const rows = model.normalized.map(({ name }) => qualified("normal", name));
  return [
    ...generatedChecks(model, { storageListed }),
    sourceSchemaCheck,
    repeatedKeysCheck,
    ...sqlFiles("checks").map(fromFile),
    rebuildCheck,
    { ...limitsCheck, covers: rowsOf([...rows, "ledger.entries WHERE patch IS NOT NULL"]) },
  ];
}

/** What `check --list` shows. */
export function listChecks(model: Model): readonly CheckDefinition[] {
  return checkDefinitions(model, true);
}
