import { identifier, literal, qualified } from "../../db/quote.js";
import type { Model, TableModel } from "../types.js";
import { type GeneratedCheck, unionAll } from "./offenders.js";

/** One place where ids stand. */
interface Reference {
  readonly target: string;
  /** A query that counts the documents or rows which have it. */
  readonly count: string;
  /** `"table", _id, "column", target` of every id there. */
  readonly sql: string;
}

function referencesOf(schema: string, table: TableModel): readonly Reference[] {
  return table.columns.flatMap((column) =>
    column.idPaths.map(({ path, table: target }) => {
      const value = identifier(column.name);
      const inside = `json_extract_string(${value}, ${literal(path)})`;
      // A path with a wildcard gives a list.
      const id = column.references !== undefined ? value : path.includes("*") ? `unnest(${inside})` : inside;
      const label = column.name + path.slice(1);
      return {
        target,
        count: `(SELECT count(${value}) FROM ${qualified(schema, table.name)})`,
        sql: `SELECT ${literal(table.name)} AS "table", _id, ${literal(label)} AS "column", ${id} AS target FROM ${qualified(schema, table.name)} WHERE ${value} IS NOT NULL`,
      };
    }),
  );
}

/**
 * Dangling references, with one anti-join for each table pointed at, so that its ids are hashed once however many columns point there. A text
 * that does not look like an id is not shown: it may be anything.
 */
function dangling(references: readonly Reference[], relationOf: (target: string) => string): string {
  const targets = [...new Set(references.map(({ target }) => target))];
  return unionAll(
    targets.map(
      (target) => `SELECT "table", _id,
  "column" || ' → ' || ${literal(target)} || ': ' || CASE WHEN regexp_full_match(target, '[0-9a-z]{31,37}') THEN target ELSE 'not an id' END AS detail
FROM (
  ${references
    .filter((reference) => reference.target === target)
    .map(({ sql }) => sql)
    .join("\n  UNION ALL\n  ")}
) AS reference
WHERE target IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${relationOf(target)} AS row WHERE row._id = reference.target)`,
    ),
  );
}

/** Counts the places where ids are looked at. */
function covers(references: readonly Reference[]): string {
  return `SELECT ${references.length === 0 ? "0" : references.map(({ count }) => count).join(" + ")}`;
}

/** Options of the reference checks. */
export interface ReferenceOptions {
  /** Whether the snapshot lists its files; without them a missing file says nothing. */
  readonly storageListed: boolean;
}

function checked(model: Model, references: readonly Reference[], { storageListed }: ReferenceOptions): Reference[] {
  return references.filter(({ target }) => (target === "_storage" ? storageListed : model.has(target)));
}

/** A table of the source holds all its documents, those set aside included: they stay in the deployment. */
function relation(model: Model): (target: string) => string {
  const normalized = new Set(model.normalized.map(({ name }) => name));
  return (target) => qualified(normalized.has(target) ? "normal" : "raw", target);
}

/** Every reference of a normalized row finds its row. */
export function foreignKeyCheck(model: Model, options: ReferenceOptions): GeneratedCheck {
  const references = model.normalized.flatMap((table) => referencesOf("normal", table));
  return {
    name: "foreignKey",
    rule: "Every reference of a normalized row points at a row that exists: a document of the snapshot or a normalized row.",
    why: "Joins would lose the row without a word, and deleting by parent would never reach it.",
    remedy: "Trace the row to its document; a rule should have rejected the element or left the reference out.",
    severity: "error",
    covers: covers(checked(model, references, options)),
    sql: dangling(checked(model, references, options), relation(model)),
  };
}

/** References among the documents of the snapshot itself: findings, not faults of the migration. */
export function sourceForeignKeyCheck(model: Model, options: ReferenceOptions): GeneratedCheck {
  const references = model.existing.flatMap((table) => referencesOf("raw", table));
  return {
    name: "sourceForeignKey",
    rule: "Every reference among the documents of the snapshot points at a document that exists.",
    why: "Deleted documents leave references behind; readers have to expect them, before the migration and after.",
    remedy: "Nothing has to be done for the migration. Clean them up in the application if they matter to it.",
    severity: "source",
    covers: covers(checked(model, references, options)),
    sql: dangling(checked(model, references, options), relation(model)),
  };
}
