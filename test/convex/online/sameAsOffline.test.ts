/** One mapping, two users: what dual-write leaves in a deployment is what `run` makes of an export of it. */
import type { Value } from "convex/values";
import { describe, expect, it } from "vitest";
import { anyReader } from "../../../convex/documents.js";
import { phases } from "../../../convex/phases.js";
import { normalizedTables } from "../../../convex/schema/tables.js";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { naturalKeyOf, ownColumns } from "../../../convex/tableFacts.js";
import { hardSnapshot } from "../../../fixtures/hardDocuments.js";
import { decodeValue } from "../../../pipeline/convexFormat/decodeValue.js";
import { canonicalEncoding } from "../../../transforms/canonicalEncoding.js";
import { transforms } from "../../../transforms/index.js";
import { runWorld } from "../../transform/runWorld.js";
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

describe("hard documents in a deployment and in its export have the same rows", () => {
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
    } finally {
      await run.close();
    }
  });
});
