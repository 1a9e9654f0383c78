/**
 * What the pipeline knows of a model. Derived from the Convex schema by `deriveModel`; the pipeline names no table itself.
 */
import type { Validator } from "convex/values";

/** How a field is stored in DuckDB; JSON holds the value's text in the `"uniform"` export encoding. */
export type SqlType = "VARCHAR" | "DOUBLE" | "BIGINT" | "BOOLEAN" | "JSON";

/** Where ids stand inside a column's value. */
export interface IdPath {
  /** A JSONPath as DuckDB reads it: `$`, `$[*]`, `$.supersededBy`. */
  readonly path: string;
  readonly table: string;
}

export interface ColumnModel {
  readonly name: string;
  readonly sqlType: SqlType;
  readonly required: boolean;
  /** Table an id column points at. */
  readonly references?: string;
  /** Every place inside the column's value that holds an id, the whole value (`$`) included. */
  readonly idPaths: readonly IdPath[];
  /** Allowed texts of an enumeration. */
  readonly literals?: readonly string[];
  /** The field itself, as the schema declares it (an optional field's inner validator). */
  // biome-ignore lint/suspicious/noExplicitAny: the validator of a field of any type
  readonly validator: Validator<any, any, any>;
  /** Written when a row is born and left out of later comparisons (spec 4). */
  readonly birth: boolean;
  /** Belongs to the application once the row exists (spec 4). */
  readonly applicationOwned: boolean;
  /** Optional in Convex, for rows of the application's own later code; rows of a run have it wherever it is `required`. */
  readonly bookkeeping: boolean;
}

export interface TableModel {
  readonly name: string;
  /** `existing`: the application's documents (spec 2); `normalized`: the new tables (spec 3); `state`: the migration's own. */
  readonly role: "existing" | "normalized" | "state";
  /**
   * All columns but `_id` and `_creationTime`; of an existing table also the moved fields, with their old validators, stored as JSON
   * whatever these say.
   */
  readonly columns: readonly ColumnModel[];
  /** Fields a phase moves out (existing tables only). */
  readonly moved: readonly string[];
  /** Columns of the natural key (normalized tables only). */
  readonly naturalKey: readonly string[];
  /** `phase-N` that fills it (normalized tables only). */
  readonly phase: string | null;
  /** Filled only with `--with <option>`. */
  readonly option: string | null;
  /** Columns that point at rows of this same table: such rows are written parents before children. */
  readonly selfReferences: readonly string[];
  readonly indexes: readonly { readonly name: string; readonly fields: readonly string[] }[];
}

export interface Model {
  /** Existing tables first, then normalized tables in foreign-key order, then state tables. */
  readonly tables: readonly TableModel[];
  /** Throws INTERNAL for a name the model does not hold. */
  table(name: string): TableModel;
  has(name: string): boolean;
  /** Normalized tables in import order: a table stands behind those it references. */
  readonly normalized: readonly TableModel[];
  readonly existing: readonly TableModel[];
}
