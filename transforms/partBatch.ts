/**
 * How a part, and an entity, travels from a snapshot into a deployment: the pipeline plans batches of these, `convex/import`
 * reads them.
 *
 * They travel as Convex values. Nothing has to be rewritten for that: what rows hold has passed the rules for values of a document
 * (spec 1), and those for the keys of arguments are the same ones, while arguments may nest 64 levels deep and a row takes at most
 * 16 of them. The one value that JavaScript's copies of it lose, a field called `__proto__`, is lost by the deployment's own reading
 * too, so that the fingerprints differ and the deployment maps that part itself.
 */
import type { Value } from "convex/values";
import type { EntityReference, PartInput, PartResult, SourceDocument, Transform } from "./defineTransform.js";
import { fingerprint } from "./fingerprint.js";
import { withoutAbsent } from "./withoutAbsent.js";

/** A row whose references are natural keys: it depends on no id that the deployment would have to know. */
export interface BatchRow {
  readonly table: string;
  /** All columns but `_id`, `_creationTime` and those in `refs`; an absent one is left out. */
  readonly value: Readonly<Record<string, Value>>;
  readonly refs: readonly EntityReference[];
}

/** A part by name: whatever it holds by now. */
export interface PartName {
  /** Table of the document. */
  readonly table: string;
  readonly documentId: string;
  /** `message/toolCalls`, … */
  readonly part: string;
}

/** A part as a snapshot had it, with the rows its transform gave there. */
export interface BatchPart extends PartName {
  /** Of all that the transform read; elsewhere the rows are good where this is the same. */
  readonly fingerprint: string;
  readonly rows: readonly BatchRow[];
}

/** A row of `tags` or `sourceMetadata` that parts of the batch refer to; in a batch parents stand before children. */
export type BatchEntity = BatchRow;

/** Encodes what a transform gave for what it read. Costs a hash over all that was read. */
export function encodePart(transform: Transform, input: PartInput, { rows }: Pick<PartResult, "rows">): BatchPart {
  const { part, table } = transform;
  return {
    table,
    documentId: input.document._id,
    part,
    fingerprint: fingerprint(transform, input),
    rows: rows.map(({ table: target, value, refs }) => ({ table: target, value: withoutAbsent(value), refs })),
  };
}

/**
 * Encodes a row of an entity.
 *
 * @param row as the model has it; the columns of `refs` may stand in it too
 * @param refs the entities it refers to itself: a tag's parent
 */
export function encodeEntity(table: string, row: SourceDocument, refs: readonly EntityReference[]): BatchEntity {
  const referring = new Set(refs.map(({ column }) => column));
  const columns = Object.entries(row).filter(([column]) => !column.startsWith("_") && !referring.has(column));
  return { table, value: withoutAbsent(Object.fromEntries(columns)), refs };
}
