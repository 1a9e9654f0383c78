/**
 * The one shape every row rule of the model has.
 *
 * Vocabulary: a *part* is what one document and kind give (all attachments of a message); an *element* is the smallest
 * piece of a moved field that becomes a row or a ledger entry; an *entity* is a row that many parts share (a tag, the
 * metadata of a url); a *tally* counts elements by what became of them.
 *
 * A transform is pure: no clock, no randomness, no database. The pipeline calls it for a million documents of a
 * snapshot, dual-write for the one document a user changes, and both get the same rows.
 */
import type { Value } from "convex/values";

export type Fields = Readonly<Record<string, Value | undefined>>;

/** A document as a transform sees it: the system fields and the fields its `reads` names; what is absent is undefined. */
export type SourceDocument = Fields & { readonly _id: string; readonly _creationTime: number };

/** A looked-up document; null when the reference is absent, is no string, or points at nothing. */
export type LookedUp = SourceDocument | null;

/** A document that the transform looks up along a reference. */
export interface Lookup {
  /**
   * Where the reference stands: `field` of the document, `lookup.field` of a lookup declared above, `field.name` inside an
   * object field of the document (no lookup has that field's name), or, for a reference in every element, `field[]`
   * (array of ids) and `field[].name` (array of objects).
   */
  readonly via: string;
  /** The table the id must belong to; an id of another table finds nothing. */
  readonly table: string;
  /** Fields the transform may use besides `_id` and `_creationTime`; empty when only existence counts. */
  readonly fields: readonly string[];
  /**
   * Names an array field of the looked-up document: the transform gets, as `_index`, the first index at which that array holds the id of
   * the document being mapped (undefined when nowhere), instead of the whole array.
   */
  readonly firstIndexOf?: string;
}

/** Everything a transform reads. Its fingerprint is taken over exactly this. */
export interface Reads {
  readonly fields: readonly string[];
  readonly lookups: Readonly<Record<string, Lookup>>;
}

/** Facts about the deployment which no document says; the same for every document of a run. */
export interface Environment {
  /** Is this text a canonical id of that table? (`_storage` too.) */
  isIdOf(table: string, text: string): boolean;
  /** False when the export came without file storage, so that a missing file says nothing. */
  readonly storageListed: boolean;
}

export interface PartInput {
  readonly document: SourceDocument;
  /** A lookup with a single reference. Keys are the names in `reads.lookups`. */
  readonly lookup: Readonly<Record<string, LookedUp>>;
  /** A lookup along an array (`via` with `[]`): found documents by id; an id that is missing here was not found. */
  readonly lookupMany: Readonly<Record<string, ReadonlyMap<string, SourceDocument>>>;
  readonly environment: Environment;
}

/** A reference of a row to an entity, by natural key, since the entity's id is not known to the transform. */
export interface EntityReference {
  /** Column that is to hold the entity's id. */
  readonly column: string;
  readonly table: string;
  /** Natural key values in the order the schema declares them; null stands for an absent one (`tags.userId`). */
  readonly key: readonly (string | null)[];
}

export interface PartRow {
  readonly table: string;
  /** All columns but `_id`, `_creationTime` and those in `refs`; an absent optional column is left out. */
  readonly value: Fields;
  readonly refs: readonly EntityReference[];
  /** The kind of element this row comes from; see `Transform.elements`. */
  readonly element: string;
  /** JSON Pointer of that element in the document: `/toolCalls/2`. */
  readonly path: string;
}

/**
 * What one part says about an entity. Several mentions, of one or many parts, make one row: offline a set rule in
 * `sql/model/` decides, online the merge in `convex/`.
 */
export interface EntityMention {
  readonly table: string;
  readonly key: readonly (string | null)[];
  /** The columns declared for the table in `entityMentions`. */
  readonly value: Fields;
}

export type EntryKind = "rejected" | "merged" | "kept" | "repaired" | "noted";

export interface PartEntry {
  readonly code: string;
  readonly kind: EntryKind;
  /** JSON Pointer into the document. */
  readonly path: string;
  /** The original value; undefined where the kind or code carries none. */
  readonly value?: Value | undefined;
  /** What a person needs beyond code and value, in words or small data; never personal text. */
  readonly detail?: string | undefined;
  /**
   * The element kind whose fate this entry records, exactly one element for one entry. Absent for entries that tell
   * about a part of an element or a whole document (`unknown_field`, `original`, most `noted`).
   */
  readonly element?: string | undefined;
  /** A repair of the document itself; applied only where the document still holds what `expect` says. */
  readonly patch?: { readonly expect: Fields; readonly set?: Fields; readonly unset?: readonly string[] } | undefined;
}

/** Elements of one kind in one part. The accounting law: source = rows + merged + rejected + kept (+ undecided). */
export interface Tally {
  source: number;
  rows: number;
  merged: number;
  rejected: number;
  kept: number;
  /** Elements handed to a set rule as entity mentions: it decides whether they are a row or merged. */
  undecided: number;
}

export interface PartResult {
  readonly rows: readonly PartRow[];
  /** Parents before children. */
  readonly mentions: readonly EntityMention[];
  readonly entries: readonly PartEntry[];
  /** By element kind. */
  readonly tally: Readonly<Record<string, Tally>>;
  /**
   * Of a part too large to give any (`part_too_large`), the rows and mentions it would have. Nobody writes them: they are for readers,
   * who are to see a part's elements whether or not they have rows.
   */
  readonly beyondBound?: Pick<PartResult, "rows" | "mentions">;
}

/** A row as an element of a moved field has it: its table, its columns as far as the element tells them, and the element. */
export type MeantRow = Pick<PartRow, "table" | "value" | "path">;

/** A part's rows as they stand in the tables, with the entities they refer to, for giving the old fields back. */
export interface StoredPart {
  /** The document without the moved fields; other fields as in `reads`. */
  readonly document: SourceDocument;
  /** Rows by table, in any order, with `_id` and all columns. */
  readonly rows: Readonly<Record<string, readonly SourceDocument[]>>;
  /** Entities those rows refer to, by table and `_id`. */
  readonly entities: Readonly<Record<string, ReadonlyMap<string, SourceDocument>>>;
  /** Ledger entries of kind `kept` that hold a whole moved field, other than `original`: value by field. */
  readonly kept: Readonly<Record<string, Value>>;
}

export interface Transform {
  /** Unique, as in spec 4: `message/toolCalls`. */
  readonly part: string;
  /** `phase-1` … `phase-7`. */
  readonly phase: string;
  /** Only with `--with <option>`. */
  readonly option?: string;
  /** Table of the documents it maps. */
  readonly table: string;
  /** The moved fields (top-level) this part accounts for and gives back. */
  readonly moves: readonly string[];
  /**
   * Of moved fields that hold nothing of their own, where their truth stands: they are a copy or a cache of it. Once they have left their
   * documents, a direct write of them is dropped rather than refused.
   */
  readonly derivedFrom?: string;
  readonly reads: Reads;
  /** Kinds of element, each with the table its rows go to (null: never a row). */
  readonly elements: Readonly<Record<string, string | null>>;
  /** Tables whose rows this part alone writes, each with the column that holds the parent document's id. */
  readonly writes: Readonly<Record<string, string>>;
  /**
   * What `rebuild` reads beyond the rows in `writes`: rows of another part, with the column that holds this document's id, or
   * entities this part's rows refer to (null). Whether such a part needs an `original` is known only after the set rules.
   */
  readonly rebuildsFrom?: Readonly<Record<string, string | null>>;
  /** Tables of entities it mentions. */
  readonly mentions: readonly string[];
  /** The mapping. Total: it never throws, whatever the document holds. */
  map(input: PartInput): PartResult;
  /** The elements standing in a document's moved fields, with their paths. */
  elementsOf(document: SourceDocument): readonly { element: string; path: string; value: Value }[];
  /**
   * The moved fields as the rows alone give them back (an absent field is left out). Total, like `map`.
   * `original` entries are not its business: `rebuildPart` applies them.
   */
  rebuild(stored: StoredPart): Fields;
  /**
   * Do the rows alone give this field back as it was? Exactly `sameFieldValue(field, original, rebuild(stored)[field])` for a part of
   * which nothing is kept, but without writing what it only compares; where it is absent, that is how it is found out.
   */
  givesBack?(field: string, original: Value | undefined, stored: Pick<StoredPart, "rows" | "entities">): boolean;
  /**
   * Which row of its document a row is, told by what stays while its other columns are edited (`toolCallId`, `key`, a
   * position). Lets `rebuildPart` meet the elements of an `original` with the rows of today; every part that moves a
   * field and has rows gives it.
   */
  identity?(row: Fields): string;
  /** The rows that elements of moved fields stand for where another part writes them; where it is absent, `map` tells. */
  rowsMeant?(document: SourceDocument): readonly MeantRow[];
}

/** Declares a transform; exists so that the compiler checks the shape where it is written. */
export function defineTransform<const T extends Transform>(transform: T): T {
  return transform;
}
