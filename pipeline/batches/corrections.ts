/**
 * What aggregates lack in a snapshot: recount − (stored + open touches), key by key (spec 5). Differences commute, so a correction
 * stays exact whatever users do after the export. The recounts and what is stored are `sql/delta/`'s; the arithmetic, the same for
 * every kind, is here.
 */
import { type TouchKind, touchKinds, widening } from "../../convex/schema/touchKinds.js";
import type { Database } from "../db/database.js";
import { identifier, literal, literalList } from "../db/quote.js";
import { selectOf, sqlFiles } from "../db/sqlFiles.js";
import { objectJson, valueJson } from "../model/rawColumns.js";
import { isComparable, type SnapshotPhase } from "./snapshotPhases.js";

/** Keys of one batch (spec 5): what `importCorrections` takes. */
export const correctionsABatch = 500;

/** How many keys of a kind are to be corrected. */
export interface PlannedCorrections {
  readonly phase: string;
  readonly kind: TouchKind;
  readonly keys: number;
}

/**
 * Writes `plan.corrections(phase, kind, "key", delta, number)` anew: a row a key whose aggregate is not its recount, `delta` a JSON object
 * of numbers in the export's encoding (empty where only a second row of the key is to go), `number` the batch it goes in, counted from 0 within its kind in key order. Needs the loaded
 * snapshot and its normalized tables. Linear in rows and messages.
 *
 * @param phases of the snapshot; those that are off, or whose authority is `new`, are left out
 */
export async function planCorrections(
  database: Database,
  phases: readonly SnapshotPhase[],
): Promise<readonly PlannedCorrections[]> {
  await database.run(
    `CREATE SCHEMA IF NOT EXISTS plan;
     CREATE OR REPLACE TABLE plan.corrections (phase VARCHAR, kind VARCHAR, "key" VARCHAR, delta JSON, number INTEGER)`,
  );
  const followed = new Set<string>(phases.filter(isComparable).map(({ phase }) => phase));
  const kinds = (Object.keys(touchKinds) as TouchKind[]).filter((kind) => followed.has(touchKinds[kind].phase));
  const planned: PlannedCorrections[] = [];
  for (const kind of kinds) {
    const { phase } = touchKinds[kind];
    const keys = await database.count(
      `INSERT INTO plan.corrections
       SELECT ${literal(phase)}, ${literal(kind)}, "key", CAST(delta AS JSON),
         CAST((row_number() OVER (ORDER BY "key") - 1) // ${correctionsABatch} AS INTEGER)
       FROM (${correctionsSql(kind)}) WHERE lacks OR "key" IN (${surplusSql(kind)}) ORDER BY "key"`,
    );
    planned.push({ phase, kind, keys });
  }
  return planned;
}

/** Keys that are to be folded although nothing lacks: the fold makes one row of theirs. */
function surplusSql(kind: TouchKind): string {
  const file = sqlFiles("delta/surplus").find(({ name }) => name === kind);
  return file === undefined ? "SELECT NULL WHERE false" : `SELECT key FROM (${selectOf(file)})`;
}

/** One row a key of a kind that can be corrected: whether a count lacks, and what lacks. A time alone is aside (spec 5); it goes along. */
function correctionsSql(kind: TouchKind): string {
  const { counts, times } = touchKinds[kind];
  const differences = counts.map((field): [string, string] => {
    const [recounted, stored, open] = ["r", "s", "o"].map((from) => countIn(from, field));
    return [field, `${recounted} - (${stored} + ${open})`];
  });
  const lacking = [
    ...differences.map(([field, value]): [string, string] => [field, valueJson("DOUBLE", `nullif(${value}, 0)`)]),
    ...times.map((field): [string, string] => [field, valueJson("DOUBLE", wideningTime(field))]),
  ];
  return `SELECT s.key AS "key", ${differences.map(([, value]) => `${value} <> 0`).join(" OR ")} AS lacks, ${objectJson(lacking)} AS delta
    FROM (${relation("stored", kind)}) AS s
    LEFT JOIN (${relation("recount", kind)}) AS r ON r.key = s.key
    LEFT JOIN (${openTouchesSql(kind)}) AS o ON o.key = s.key`;
}

/** A count that is missing, or no finite number, counts as 0, as it does in the deployment. */
function countIn(from: string, field: string): string {
  const value = `CAST(${from}.${identifier(field)} AS DOUBLE)`;
  return `coalesce(CASE WHEN isfinite(${value}) THEN ${value} END, 0)`;
}

/** The recount's time where it is wider than what stands and what is on its way there; else NULL. */
function wideningTime(field: string): string {
  const [recounted, stored, open] = ["r", "s", "o"].map((from) => {
    const value = `${from}.${identifier(field)}`;
    return `CASE WHEN NOT isnan(${value}) THEN ${value} END`;
  });
  const [widest, wider] = widening[field] === "min" ? ["least", "<"] : ["greatest", ">"];
  const there = `${widest}(${stored}, ${open})`;
  return `CASE WHEN ${there} IS NULL OR ${recounted} ${wider} ${there} THEN ${recounted} END`;
}

/** The open touches of a kind, added up a key. One that says nothing that could be added is dropped by the fold, and so it is here. */
function openTouchesSql(kind: TouchKind): string {
  const { counts, times } = touchKinds[kind];
  const values = [...counts, ...times].map((field) => `${numberIn(field)} AS ${identifier(field)}`);
  const sums = [
    ...counts.map((field) => `sum(${identifier(field)}) AS ${identifier(field)}`),
    ...times.map((field) => `${widening[field] ?? "max"}(${identifier(field)}) AS ${identifier(field)}`),
  ];
  const isAbsent = (field: string): string => `json_type(delta, ${pointer(field)}) IS NULL`;
  const isValid = [
    `list_has_all(${literalList([...counts, ...times])}, json_keys(delta))`,
    ...counts.map((field) => `(${isAbsent(field)} OR coalesce(isfinite(${identifier(field)}), false))`),
    ...times.map((field) => `(${isAbsent(field)} OR coalesce(NOT isnan(${identifier(field)}), false))`),
  ];
  return `SELECT key, ${sums.join(", ")}
    FROM (SELECT key, delta, ${values.join(", ")} FROM raw.unnestTouches WHERE kind = ${literal(kind)} AND _fault IS NULL)
    WHERE ${isValid.join(" AND ")} GROUP BY key`;
}

const pointer = (field: string): string => literal(`/${field}`);

/** A number of a touch; JSON has no token for the infinities, which a time may be. */
function numberIn(field: string): string {
  return `CASE
    WHEN json_type(delta, ${pointer(field)}) IN ('DOUBLE', 'BIGINT', 'UBIGINT') THEN CAST(json_extract(delta, ${pointer(field)}) AS DOUBLE)
    ELSE CASE json_extract_string(delta, ${literal(`/${field}/$float`)})
      WHEN 'AAAAAAAA8H8=' THEN 'infinity'::DOUBLE WHEN 'AAAAAAAA8P8=' THEN '-infinity'::DOUBLE END
    END`;
}

/** @throws TypeError for a kind that `sql/delta/` does not know: it was added to the deployment alone */
function relation(folder: "recount" | "stored", kind: TouchKind): string {
  const file = sqlFiles(`delta/${folder}`).find(({ name }) => name === kind);
  if (file === undefined) throw new TypeError(`sql/delta/${folder}/${kind}.sql is missing`);
  return selectOf(file);
}
