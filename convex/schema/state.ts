/**
 * The migration's own tables. Where spec 3 names no index for a natural key, one is added: rows are found by their key.
 * Document ids are texts here, since one column holds ids of many tables.
 */
import { v } from "convex/values";
import { describeTable } from "./describeTable.js";
import { oneOf } from "./oneOf.js";

/** Progress only; nothing decides by it. */
export const unnestMigrations = describeTable({
  fields: {
    /** `phase-1` … */
    migrationId: v.string(),
    name: v.string(),
    status: oneOf("pending", "running", "completed", "failed", "rolled-back"),
    checkpoint: v.optional(
      v.object({
        cursor: v.optional(v.string()),
        processedCount: v.number(),
        successCount: v.number(),
        errorCount: v.number(),
        lastProcessedId: v.optional(v.string()),
      }),
    ),
    totalRecords: v.optional(v.number()),
    processedRecords: v.number(),
    startedAt: v.optional(v.number()),
    completedAt: v.optional(v.number()),
    error: v.optional(v.string()),
    executedBy: v.optional(v.string()),
    createdAt: v.number(),
    updatedAt: v.number(),
  },
  naturalKey: ["migrationId"],
  indexes: { by_migration_id: ["migrationId"], by_status: ["status"] },
});

/** Every wrapped write reads it, so only `switch`, cleanup, abort and rebuild write it. */
export const unnestSwitches = describeTable({
  fields: {
    migrationId: v.string(),
    step: oneOf("off", "dual-write", "shadow", "new-then-old", "new", "cleaned", "returning", "complete"),
    epoch: v.number(),
    since: v.number(),
    cleanupNotBefore: v.optional(v.number()),
    backfilled: v.boolean(),
    driftFreeSince: v.optional(v.number()),
    /** An export that does not show this time was taken before T0, an import's or a rebuild's end, or a repair: its delta proves nothing. */
    deltasFrom: v.optional(v.number()),
  },
  naturalKey: ["migrationId"],
  indexes: { by_migration_id: ["migrationId"] },
});

/** The recorded answer of a batch: the same id again gives it back. */
export const unnestBatches = describeTable({
  fields: {
    batchId: v.string(),
    migrationId: v.string(),
    epoch: v.number(),
    hash: v.string(),
    answer: v.any(),
    createdAt: v.number(),
  },
  naturalKey: ["batchId"],
  indexes: { by_batch: ["batchId"] },
});

/** Differences that a scheduled fold adds to aggregate rows. */
export const unnestTouches = describeTable({
  fields: {
    migrationId: v.string(),
    kind: v.string(),
    key: v.string(),
    delta: v.record(v.string(), v.number()),
    at: v.number(),
  },
  indexes: { by_kind_key: ["kind", "key"] },
});

/** Syncs that did not fit into the user's transaction: of one document, or of thousands that one mutation wrote. */
export const unnestJobs = describeTable({
  fields: {
    migrationId: v.string(),
    epoch: v.number(),
    kind: v.string(),
    table: v.string(),
    /** Of a job for many documents its kind, under which reads find it. */
    documentId: v.string(),
    /** The documents that one job for many has still to come to. */
    documentIds: v.optional(v.array(v.string())),
    cursor: v.optional(v.string()),
    attempts: v.number(),
    createdAt: v.number(),
  },
  indexes: { by_created: ["createdAt"], by_document: ["table", "documentId"] },
});

/** What rows cannot give back. */
export const unnestLedger = describeTable({
  fields: {
    migrationId: v.string(),
    table: v.string(),
    documentId: v.string(),
    part: v.string(),
    code: oneOf("original", "repaired"),
    /** Native; absent where the value before was absent. */
    value: v.optional(v.any()),
    createdAt: v.number(),
  },
  naturalKey: ["table", "documentId", "part", "code"],
  indexes: { by_document: ["table", "documentId"] },
});

/**
 * A part that its rows and originals alone hold, with a fingerprint of them: how `verify` and rebuild notice what went past the migration.
 * None of a part that holds nothing.
 */
export const unnestMovedParts = describeTable({
  fields: {
    migrationId: v.string(),
    table: v.string(),
    documentId: v.string(),
    part: v.string(),
    fingerprint: v.string(),
  },
  naturalKey: ["table", "documentId", "part"],
  indexes: { by_document: ["table", "documentId"] },
});

/** Hashes and ids, no personal text. */
export const unnestShadowDifferences = describeTable({
  fields: {
    reader: v.string(),
    table: v.string(),
    documentId: v.string(),
    old: v.string(),
    new: v.string(),
    createdAt: v.number(),
  },
  naturalKey: ["reader", "table", "documentId"],
  indexes: { by_reader: ["reader"], by_reader_document: ["reader", "table", "documentId"] },
});

/** What was compared, when, and how much: what a switch asks for before a step. One document a reader, a part, and the deltas. */
export const unnestEvidence = describeTable({
  fields: {
    migrationId: v.string(),
    epoch: v.number(),
    kind: oneOf("comparison", "verification", "delta"),
    /** A reader, a part; `delta`. */
    name: v.string(),
    /** Of a verification, before its first page; of a delta, its export's moment; of a comparison, its first page. */
    since: v.number(),
    last: v.number(),
    /** Answers compared in one pass, documents and rows verified. */
    looked: v.number(),
    differing: v.number(),
    /** Parts that waited for a job or for the import. */
    waiting: v.number(),
    /** When a pass had compared every answer there was. */
    whole: v.optional(v.number()),
    /** A comparison's pass under way; the page that begins at `next` counts. */
    pass: v.optional(
      v.object({
        seed: v.number(),
        next: v.union(v.string(), v.null()),
        looked: v.number(),
        differing: v.number(),
        waiting: v.number(),
      }),
    ),
    /** The `deltasFrom` that a delta's export shows. */
    shows: v.optional(v.number()),
  },
  naturalKey: ["migrationId", "epoch", "kind", "name"],
  indexes: { by_name: ["migrationId", "epoch", "kind", "name"] },
});

/**
 * Direct writes of a moved field, outside a helper: the last time there was one while the old field was the truth, and how many
 * transactions had theirs dropped since it is not.
 */
export const unnestOldFieldWrites = describeTable({
  fields: { table: v.string(), field: v.string(), at: v.number(), dropped: v.optional(v.number()) },
  naturalKey: ["table", "field"],
  indexes: { by_table_field: ["table", "field"] },
});
