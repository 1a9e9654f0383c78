/** One mapping, two users: what dual-write leaves in a deployment is what `run` makes of an export of it. */
import type { Value } from "convex/values";
import { describe, expect, it } from "vitest";
import { messageShare } from "../../../convex/aggregates/messageShare.js";
import { anyReader } from "../../../convex/documents.js";
import { phases } from "../../../convex/phases.js";
import { normalizedTables } from "../../../convex/schema/tables.js";
import { readPart } from "../../../convex/sync/readPart.js";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { naturalKeyOf, ownColumns } from "../../../convex/tableFacts.js";
import { addDeltas, type Delta } from "../../../convex/touches/delta.js";
import { hardSnapshot } from "../../../fixtures/hardDocuments.js";
import { decodeValue } from "../../../pipeline/convexFormat/decodeValue.js";
import { canonicalEncoding } from "../../../transforms/canonicalEncoding.js";
import type { PartEntry } from "../../../transforms/defineTransform.js";
import { transforms } from "../../../transforms/index.js";
import { runWorld, type WorldRun } from "../../transform/runWorld.js";
import { type Mirror, mirror } from "./mirror.js";

type Row = Readonly<Record<string, Value>>;

/** Counts and times, which online come by touches; `aggregates` tests hold them against the SQL. */
const aggregated = new Set(["usageCount", "accessCount", "firstSeenAt", "lastAccessedAt"]);

/** Tables whose rows a sync writes: token usage has no parts, only touches. */
const syncedTables = Object.keys(normalizedTables).filter((table) => table !== "conversationTokenUsage");

async function syncEverything({ deployment, documents }: Mirror): Promise<void> {
  await deployment.run(async ({ db }) => {
    const state = { step: "dual-write", epoch: 1, since: 0, backfilled: false } as const;
    for (const migrationId of phases) await db.insert("unnestSwitches", { migrationId, ...state });
  });
  const all = await documents();
  for (const transform of transforms) {
    await deployment.run(async (ctx) => {
      const sync = await startSync(ctx as never);
      for (const { _id } of all.get(transform.table) ?? []) await syncPart(sync, transform, _id);
    });
  }
}

/**
 * Rows by table and natural key, in a form that both sides share: references to entities by natural key instead of by id, without
 * birth and application-owned columns.
 */
function comparable(tables: ReadonlyMap<string, readonly Row[]>): Record<string, string[]> {
  const keys = new Map<string, Value>();
  for (const [table, rows] of tables) {
    for (const row of rows)
      keys.set(
        String(row._id),
        naturalKeyOf(table).map((column) => row[column] ?? null),
      );
  }
  const named = (value: Value): Value => (typeof value === "string" ? (keys.get(value) ?? value) : value);
  return Object.fromEntries(
    [...tables].map(([table, rows]) => {
      const own = ownColumns(table);
      const kept = (column: string) => !column.startsWith("_") && !own.has(column) && !aggregated.has(column);
      const lines = rows.map((row) =>
        canonicalEncoding(
          Object.fromEntries(
            Object.entries(row)
              .filter(([column]) => kept(column))
              .map(([column, value]) => [column, named(Object.is(value, -0) ? 0 : value)]),
          ),
        ),
      );
      return [table, lines.sort()];
    }),
  );
}

/** Of set rules, which need many documents, and of what only the snapshot's list of files can tell. */
const notOfParts = new Set([
  "original",
  "source_metadata_conflict",
  "tag_color_conflict",
  "token_usage_drift",
  "message_count_drift",
  "invalid_token_count",
  "storage_object_missing",
]);

const entryText = (
  documentId: string,
  { code, kind, path, value }: Pick<PartEntry, "code" | "kind" | "path" | "value">,
) => [documentId, code, kind, path, value === undefined ? "" : canonicalEncoding(value)].join(" ");

/** What each transform says of each document as the deployment reads it. */
async function entriesOnline({ deployment, documents, toSnapshot }: Mirror): Promise<string[]> {
  const all = await documents();
  const entries: string[] = [];
  await deployment.run(async ({ db }) => {
    for (const transform of transforms) {
      for (const document of all.get(transform.table) ?? []) {
        const result = transform.map(await readPart(anyReader(db as never), transform, document, () => null));
        for (const entry of result.entries) {
          const value = entry.value === undefined ? undefined : toSnapshot(entry.value);
          if (entry.code !== "storage_object_missing")
            entries.push(entryText(toSnapshot(document._id), { ...entry, value }));
        }
      }
    }
  });
  return entries.sort();
}

function entriesOffline({ ledger }: WorldRun): string[] {
  return ledger
    .filter(({ code, kind }) => !notOfParts.has(code) && !(code === "conversation_missing" && kind === "noted"))
    .map(({ value, ...entry }) =>
      entryText(entry.documentId, {
        ...entry,
        kind: entry.kind as PartEntry["kind"],
        value: value === undefined ? undefined : decodeValue(value),
      }),
    )
    .sort();
}

/** Sums by conversation and model, and messages by conversation, as touches add them up. */
async function countsOnline({ documents, toSnapshot }: Mirror): Promise<Record<string, Delta>> {
  const all = await documents();
  const conversations = new Set((all.get("conversations") ?? []).map(({ _id }) => _id));
  const counts: Record<string, Delta> = {};
  const add = (conversationId: string, delta: Delta, model?: string) => {
    const key = [toSnapshot(conversationId), model].join(" ");
    counts[key] = addDeltas(counts[key] ?? {}, delta);
  };
  for (const id of conversations) add(id, { messageCount: 0 });
  for (const message of all.get("messages") ?? []) {
    const share = messageShare(message);
    const { conversationId } = message;
    if (typeof conversationId !== "string" || !conversations.has(conversationId)) continue;
    add(conversationId, { messageCount: 1 });
    if (share !== null) add(conversationId, { reasoningTokens: 0, ...share.delta }, share.model);
  }
  return counts;
}

async function countsOffline({ database, packaged }: WorldRun): Promise<Record<string, Delta>> {
  const patched = await database.rows<{ id: string; count: number }>(
    `SELECT c._id AS id, coalesce(CAST(json_extract(e.patch, '/set/messageCount') AS DOUBLE), c.messageCount) AS count
     FROM raw.conversations AS c LEFT JOIN ledger.entries AS e ON e.documentId = c._id AND e.code = 'message_count_drift'`,
  );
  const usage = (packaged.get("conversationTokenUsage") ?? []).map((line): [string, Delta] => {
    const { conversationId, model, _id, _creationTime, createdAt, ...sums } = decodeValue(line) as Record<
      string,
      never
    >;
    return [`${conversationId} ${model}`, { reasoningTokens: 0, ...(sums as Delta) }];
  });
  return Object.fromEntries([
    ...patched.map(({ id, count }): [string, Delta] => [`${id} `, { messageCount: count }]),
    ...usage,
  ]);
}

describe("hard documents, those that do not fit their schema too, give the same in a deployment and in its export", () => {
  it.each([1, 2, 3])("seed %i", async (seed) => {
    const mirrored = await mirror(hardSnapshot(seed, 240));
    const run = await runWorld(await mirrored.exported());
    try {
      await syncEverything(mirrored);
      const online = new Map<string, readonly Row[]>();
      await mirrored.deployment.run(async ({ db }) => {
        for (const table of syncedTables) {
          const rows = await anyReader(db as never)
            .query(table)
            .collect();
          online.set(table, mirrored.toSnapshot(rows) as Row[]);
        }
      });
      const offline = new Map(
        syncedTables.map((table): [string, readonly Row[]] => [
          table,
          (run.packaged.get(table) ?? []).map((line) => decodeValue(line) as Row),
        ]),
      );
      expect([...offline.values()].flat().length).toBeGreaterThan(200);
      expect(comparable(online)).toEqual(comparable(offline));
      expect(await entriesOnline(mirrored)).toEqual(entriesOffline(run));
      expect(await countsOnline(mirrored)).toEqual(await countsOffline(run));
      expect(await run.database.count("SELECT count(*) FROM meta.misfits WHERE NOT moved")).toBeGreaterThan(20);
    } finally {
      await run.close();
    }
  });
});
