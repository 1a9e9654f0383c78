import { type Kind, kinds } from "./inspection.js";

/** Index of a kind in `FieldNode.counts`. */
export const kindIndex = Object.fromEntries(kinds.map((kind, index) => [kind, index])) as Readonly<
  Record<Kind, number>
>;

/** What has been seen at one path of a table's documents. Counters only: nothing here grows with the documents. */
export class FieldNode {
  /** The field's name in UTF-8, to be compared with a line's bytes without making a string of them. */
  readonly keyBytes: Buffer;
  /** Values by kind, in the order of `kinds`. */
  readonly counts: number[] = kinds.map(() => 0);
  bytes = 0;
  /** Bytes of the values that are arrays or objects. */
  nestedBytes = 0;
  arrayElements = 0;
  longestArray = 0;
  objectFields = 0;
  largestObject = 0;
  /** Documents with at least one value here, and those with a non-empty array or object here. */
  documents = 0;
  filledDocuments = 0;
  /** Number of the document last counted in either. */
  lastDocument = 0;
  lastFilledDocument = 0;
  readonly children = new Map<string, FieldNode>();
  /** What the elements of its arrays are. */
  elements: FieldNode | null = null;
  /** The one child of an object used as a record, and its keys; both null while the keys are told apart. */
  anyKey: FieldNode | null = null;
  keys: FieldNode | null = null;
  /** The child a document's object began with, and the sibling that came next, the last time: mostly so again. */
  firstChild: FieldNode | null = null;
  nextSibling: FieldNode | null = null;

  constructor(
    readonly id: number,
    readonly key: string,
  ) {
    this.keyBytes = Buffer.from(key);
  }

  get values(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }
}
