/** What travels between an importer and `importParts`, `applyPatches` and `resync`. */
import { type Infer, v } from "convex/values";

/** What every batch carries: it writes only under its epoch, and only once. */
export const batchHead = {
  /** `phase-1` … */
  migrationId: v.string(),
  epoch: v.number(),
  batchId: v.string(),
  /** Of everything else in the batch: one id stands for one content. */
  hash: v.string(),
};

const reference = v.object({
  column: v.string(),
  table: v.string(),
  key: v.array(v.union(v.string(), v.null())),
});

const row = v.object({ table: v.string(), value: v.record(v.string(), v.any()), refs: v.array(reference) });

const partName = { table: v.string(), documentId: v.string(), part: v.string() };

export const importArguments = {
  ...batchHead,
  /** Every entity the parts refer to, parents before children; see `BatchEntity`. */
  entities: v.array(row),
  /** All of the batch's phase; see `BatchPart`. */
  parts: v.array(v.object({ ...partName, fingerprint: v.string(), rows: v.array(row) })),
};

export const resyncArguments = {
  ...batchHead,
  parts: v.array(v.object(partName)),
  /** Natural keys of entities that have more than one row. */
  duplicates: v.array(v.object({ table: v.string(), key: v.array(v.union(v.string(), v.null())) })),
};

export const patchArguments = {
  ...batchHead,
  /** See `BatchPatch`. */
  patches: v.array(
    v.object({
      table: v.string(),
      _id: v.string(),
      expect: v.record(v.string(), v.any()),
      absent: v.array(v.string()),
      set: v.record(v.string(), v.any()),
      unset: v.array(v.string()),
    }),
  ),
};

export type BatchHead = Infer<ReturnType<typeof v.object<typeof batchHead>>>;

/**
 * What became of a part: `inserted` its rows as sent; `unchanged`, they were there; `resynced`, mapped from what stands in the
 * deployment now; `invalid`, nothing of it was written and a fault says why.
 */
export type PartOutcome = "inserted" | "unchanged" | "resynced" | "invalid";

/**
 * What became of a patch: `patched`; `aside`, the document holds something else by now, or is gone.
 */
export type PatchOutcome = "patched" | "aside" | "invalid";

/** What became of a name: of a part it is `resynced`, of a duplicate `merged`. */
export type ResyncOutcome = "resynced" | "merged" | "invalid";

/** Why something was not written; no values, only where to look. */
export interface Fault {
  readonly list: "entities" | "parts" | "duplicates" | "patches";
  /** Index in that list of the batch. */
  readonly at: number;
  readonly code: string;
  /** Of the row that could not be written. */
  readonly table: string;
  readonly column?: string;
}

/** What did not fit into half of a transaction's limits: to be sent as a batch of its own, with its entities. */
export interface Rest {
  readonly batchId: string;
  /** Index of its first item. */
  readonly from: number;
}

/** Recorded with the batch; as long as the batch has items. */
export interface BatchAnswer<Outcome extends string> {
  /** What became of the items in the order sent, as far as the batch got: parts, then duplicates; or patches. */
  readonly outcomes: readonly Outcome[];
  readonly faults: readonly Fault[];
  readonly rest: Rest | null;
}

export type ImportAnswer = BatchAnswer<PartOutcome>;
export type PatchAnswer = BatchAnswer<PatchOutcome>;
/** `rest.from` counts through parts and duplicates. */
export type ResyncAnswer = BatchAnswer<ResyncOutcome>;
