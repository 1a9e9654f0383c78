/**
 * The one description a table has. The three schemas, and through `pipeline/model` the SQL tables, keys, references,
 * import order and checks, are derived from it.
 */
import type { GenericValidator, PropertyValidators } from "convex/values";

/** Field paths of an index, in order; dots reach into objects (`metadata.importance`). */
type IndexFields = readonly [string, ...string[]];

/** A field that a phase moves into tables of its own. */
export interface MovedField<Was extends GenericValidator = GenericValidator, Phase extends string = string> {
  /** `phase-1` … `phase-7`. */
  readonly phase: Phase;
  /** The part that accounts for the field (spec 4). */
  readonly part: string;
  /** How the old schema declares it. */
  readonly was: Was;
}

export interface TableDescription {
  /** Fields that stay. */
  readonly fields: PropertyValidators;
  /** Fields that a phase moves out; no index may name one. */
  readonly moved?: Readonly<Record<string, MovedField>>;
  readonly indexes?: Readonly<Record<string, IndexFields>>;
  /** Indexes that the migration adds to an existing table: not in the old schema. */
  readonly addedIndexes?: Readonly<Record<string, IndexFields>>;
  readonly searchIndexes?: Readonly<
    Record<string, { readonly searchField: string; readonly filterFields: readonly string[] }>
  >;
  readonly vectorIndexes?: Readonly<
    Record<
      string,
      { readonly vectorField: string; readonly dimensions: number; readonly filterFields: readonly string[] }
    >
  >;
  /** Unique in the table; what makes a repeated import step harmless. */
  readonly naturalKey?: readonly string[];
  /** The phase that fills a normalized table. */
  readonly phase?: string;
  /** Filled only with `--with <option>`. */
  readonly option?: string;
  /** Columns written when a row is born and left out of later comparisons (spec 4). */
  readonly birth?: readonly string[];
  /**
   * Columns that exist for the order or for the way back alone. The migration always writes them; in Convex they are optional, so that
   * rows of the application's own later code need not have them.
   */
  readonly bookkeeping?: readonly string[];
  /** Columns that belong to the application once the row exists (spec 4). */
  readonly applicationOwned?: readonly string[];
}

/** Declares a table; exists so that the compiler keeps the exact types of fields and indexes. */
export function describeTable<const Description extends TableDescription>(description: Description): Description {
  return description;
}

/**
 * Declares a field that moves out.
 *
 * @param phase `phase-1` … `phase-7`
 * @param part the part that accounts for it, as in spec 4
 * @param was its validator in the old schema
 */
export function movedField<Was extends GenericValidator, const Phase extends string>(
  phase: Phase,
  part: string,
  was: Was,
): MovedField<Was, Phase> {
  return { phase, part, was };
}
