/** What `inspect` found: a plain JSON value, the contract of `unnest inspect --json`. */

/** The kinds of Convex values, `id` being a string that decodes as a canonical document id. */
export const kinds = ["null", "boolean", "int64", "float64", "string", "id", "bytes", "array", "object"] as const;
export type Kind = (typeof kinds)[number];

/** How often each kind occurs; kinds that never occur are left out. */
export type KindCounts = Partial<Record<Kind, number>>;

export interface Inspection {
  readonly snapshot: {
    /** Name of the file or folder, without the path that leads to it. */
    readonly name: string;
    readonly kind: "zip" | "folder";
    /** Bytes of the ZIP, or of all files of the folder. */
    readonly bytes: number;
    /** All that are listed below. */
    readonly tables: number;
    readonly rows: number;
    /** Uncompressed bytes of all documents. */
    readonly documentBytes: number;
  };
  /** User tables and `_storage`, the root's first, then those of components; each part sorted as the archive lists it. */
  readonly tables: readonly TableInspection[];
  /** Nested arrays and objects, those that hold the greatest part of their table first. */
  readonly candidates: readonly Candidate[];
  readonly references: readonly Reference[];
  readonly storage: {
    /** False: the export was taken without its file storage. */
    readonly listed: boolean;
    /** Of the application and of its components. */
    readonly files: number;
    /** Sum of the files' sizes as their metadata says. */
    readonly bytes: number;
  };
}

export interface TableInspection {
  /** `users`, or `_components/<component>/users`. */
  readonly table: string;
  readonly component: string;
  /** null: the export does not say it and the table is empty. */
  readonly number: number | null;
  /** How its lines are to be read: `uniform`, `shape` or `plain` (spec 1). */
  readonly encoding: string;
  readonly rows: number;
  /** Bytes of `documents.jsonl`, line ends included. */
  readonly bytes: number;
  /** Bytes of a line without its end; null for an empty table. */
  readonly meanDocumentBytes: number | null;
  readonly maxDocumentBytes: number | null;
  readonly fields: readonly FieldInspection[];
}

export interface FieldInspection {
  /**
   * `title`, `preferences.theme`, `attachments[].name`. `*` stands for the keys of an object used as a record, `{key}`
   * for those keys themselves; a key that is no identifier is written `["so"]`.
   */
  readonly path: string;
  /** Documents that have it at least once; null below `*`, where documents are not told apart. */
  readonly documents: number | null;
  readonly values: number;
  readonly kinds: KindCounts;
  /** Bytes of its values' JSON text. */
  readonly bytes: number;
}

/** A nested array or object: what normalization could move into a table of its own. */
export interface Candidate {
  readonly table: string;
  readonly path: string;
  /** Bytes of its arrays and objects, and their share (0–1) of the bytes of all documents of the table. */
  readonly bytes: number;
  readonly share: number;
  /** Documents that have the field; see `FieldInspection.documents`. */
  readonly documents: number | null;
  /** Those of them where it is neither empty nor of another kind. */
  readonly nonEmpty: number | null;
  readonly arrays: Elements | null;
  readonly objects: Elements | null;
}

/** What arrays or objects hold: elements of an array, fields of an object. */
export interface Elements {
  readonly count: number;
  readonly elements: number;
  readonly mean: number;
  readonly max: number;
  readonly kinds: KindCounts;
}

/** A field whose strings are mostly ids, and one table they point at. */
export interface Reference {
  readonly table: string;
  readonly path: string;
  /** The table pointed at; null when no table of the export has that number. */
  readonly to: string | null;
  /** Where `to` is null: the system table that has this number in most deployments; null for any other number. */
  readonly guess: string | null;
  readonly tableNumber: number;
  readonly values: number;
  readonly distinct: number;
  /**
   * Values that are no `_id` of that table; null when that cannot be known, because the table is a system table that
   * the export does not hold.
   */
  readonly dangling: number | null;
  /** Strings of the field that are no ids at all; they point nowhere, and count in none of the above. */
  readonly notIds: number;
}
