/** Batches leave what syncs of the same parts leave, in any order, repeated and split, whatever changed since the snapshot. */
import { convexToJson, type Value } from "convex/values";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyReader, anyWriter } from "../../../convex/documents.js";
import type { ImportAnswer, PartOutcome } from "../../../convex/import/batch.js";
import { importParts } from "../../../convex/import/importParts.js";
import type { Phase } from "../../../convex/phases.js";
import { planRows } from "../../../convex/sync/applyRows.js";
import { startSync } from "../../../convex/sync/sync.js";
import { planPart, syncPart } from "../../../convex/sync/syncPart.js";
import { naturalKeyOf, ownColumns } from "../../../convex/tableFacts.js";
import { hardSnapshot } from "../../../fixtures/hardDocuments.js";
import { canonicalEncoding } from "../../../transforms/canonicalEncoding.js";
import type { Fields } from "../../../transforms/defineTransform.js";
import { transforms } from "../../../transforms/index.js";
import { type Mirror, mirror } from "../online/mirror.js";
import { batchOf, type Snapshot, takeSnapshot } from "./snapshot.js";

const imported: readonly Phase[] = ["phase-1", "phase-2", "phase-3", "phase-4", "phase-5"];
const tables = [
  ...new Set(transforms.filter(isImported).flatMap(({ writes, mentions }) => [...Object.keys(writes), ...mentions])),
];

/** Touches count these; what is stored and what is still to be folded belong together. */
const counts: Readonly<Record<string, string>> = { tags: "usageCount", sourceMetadata: "accessCount" };
/** A row may have seen a better entry, or wider times, that a document which changed since no longer tells (spec 5, Aside). */
const aside = [
  "domain",
  "title",
  "description",
  "ogImage",
  "favicon",
  "enriched",
  "enrichedAt",
  "enrichmentError",
  "firstSeenAt",
  "lastAccessedAt",
];

function isImported({ phase, option }: { readonly phase: string; readonly option?: string }): boolean {
  return option === undefined && (imported as readonly string[]).includes(phase);
}

async function switchOn({ deployment }: Mirror): Promise<void> {
  const state = { step: "dual-write", epoch: 1, since: 0, backfilled: false } as const;
  await deployment.run(async ({ db }) => {
    for (const migrationId of imported) await db.insert("unnestSwitches", { migrationId, ...state });
  });
}

/** As `ConvexHttpClient` would: arguments travel as JSON. */
async function send({ deployment }: Mirror, batch: Snapshot, batchId: string): Promise<readonly PartOutcome[]> {
  const { phase: migrationId, entities, parts } = batch;
  const args = { migrationId, epoch: 1, batchId, hash: "h", entities, parts } as unknown as Value;
  const { invokeMutation } = importParts as unknown as { invokeMutation(args: string): Promise<string> };
  const answer = await deployment.run(async () => await invokeMutation(JSON.stringify([convexToJson(args)])));
  return (JSON.parse(answer) as ImportAnswer).outcomes;
}

async function syncSame({ deployment }: Mirror, { parts }: Snapshot): Promise<void> {
  await deployment.run(async (ctx) => {
    const sync = await startSync(ctx as never);
    for (const { part, documentId } of parts) {
      const transform = transforms.find((one) => one.part === part);
      if (transform !== undefined) await syncPart(sync, transform, documentId);
    }
  });
}

/** Every third document that has moved fields gets those of the next one of its table, every seventh goes: past any wrapper. */
async function change({ deployment, documents }: Mirror): Promise<void> {
  const all = await documents();
  await deployment.run(async ({ db }) => {
    const writer = anyWriter(db as never);
    for (const { table, moves } of transforms) {
      const of = all.get(table) ?? [];
      for (const [at, { _id }] of of.entries()) {
        if (at % 7 === 6) {
          if ((await writer.get(_id)) !== null) await writer.delete(_id);
        } else if (at % 3 === 2) {
          const next: Fields = of[(at + 1) % of.length] ?? {};
          await writer.patch(_id, Object.fromEntries(moves.map((field) => [field, next[field]])));
        }
      }
    }
  });
}

/** Rows by table in a form that two deployments share: entities by natural key, counts with their touches. */
async function leftIn({ deployment }: Mirror, unreferenced: "with" | "without"): Promise<Record<string, string[]>> {
  return await deployment.run(async ({ db }) => {
    const reader = anyReader(db as never);
    const rows = new Map<string, readonly Fields[]>();
    for (const table of tables) rows.set(table, await reader.query(table).collect());
    const touches = await reader.query("unnestTouches").collect();
    const keys = new Map<unknown, string>();
    for (const [table, of] of rows)
      for (const row of of)
        keys.set(row._id, JSON.stringify([table, ...naturalKeyOf(table).map((column) => row[column] ?? null)]));
    const counted = (id: unknown, field: string): number =>
      touches
        .filter(({ key }) => key === id)
        .reduce((sum, { delta }) => sum + Number((delta as Fields)[field] ?? 0), 0);
    const comparable = (table: string, row: Fields): string => {
      const count = counts[table];
      const hidden = new Set([...ownColumns(table), ...aside]);
      const columns = Object.entries(row).filter(([column]) => !column.startsWith("_") && !hidden.has(column));
      const named = columns.map(([column, value]) => [column, keys.get(value) ?? (Object.is(value, -0) ? 0 : value)]);
      const total = count === undefined ? {} : { [count]: Number(row[count]) + counted(row._id, count) };
      return canonicalEncoding({ ...Object.fromEntries(named), ...total });
    };
    return Object.fromEntries(
      [...rows].map(([table, of]) => {
        const kept = of.filter(({ _id }) => {
          const count = counts[table];
          return unreferenced === "with" || count === undefined || counted(_id, count) > 0;
        });
        return [table, kept.map((row) => comparable(table, row)).sort()];
      }),
    );
  });
}

/** Does every part have the rows its transform gives? */
async function expectMapped({ deployment }: Mirror, { parts }: Snapshot): Promise<void> {
  await deployment.run(async (ctx) => {
    const sync = await startSync(ctx as never);
    for (const { part, documentId } of parts) {
      const transform = transforms.find((one) => one.part === part);
      if (transform === undefined) throw new Error(`${part} is no part`);
      const { stored, result } = await planPart(sync, transform, documentId);
      expect(await planRows(sync, transform, result?.rows ?? [], stored)).toEqual([]);
    }
  });
}

/** The batches of a phase: every part in one, some in two or three, in any order. */
function batchesOf(snapshot: Snapshot, seed: number): Snapshot[] {
  const shuffled = fc.shuffledSubarray([...snapshot.parts.keys(), ...snapshot.parts.keys()], {
    minLength: 2 * snapshot.parts.length,
  });
  const [order = []] = fc.sample(shuffled, { seed, numRuns: 1 });
  const batches: Snapshot[] = [];
  for (let at = 0; at < order.length; at += 7) {
    const chosen = new Set(order.slice(at, at + 7));
    batches.push(batchOf(snapshot, (_, index) => chosen.has(index)));
  }
  return batches;
}

describe.each([1, 2, 3])("hard documents, seed %i", (seed) => {
  it.each([
    { what: "as they were", changed: false },
    { what: "of which some changed or went since the snapshot", changed: true },
  ])("$what: batches leave what syncs leave, and what the transforms give", async ({ changed }) => {
    const world = hardSnapshot(seed, 100);
    const [batched, synced] = [await mirror(world), await mirror(world)];
    await switchOn(batched);
    await switchOn(synced);
    const snapshots: Snapshot[] = [];
    for (const phase of imported) snapshots.push(await takeSnapshot(batched.deployment as never, phase));
    expect(snapshots.flatMap(({ parts }) => parts).length).toBeGreaterThan(40);
    if (changed) {
      await change(batched);
      await change(synced);
    }
    const outcomes = new Set<PartOutcome>();
    for (const snapshot of snapshots) {
      await syncSame(synced, snapshot);
      const batches = batchesOf(snapshot, seed);
      for (const [at, batch] of batches.entries()) {
        for (const outcome of await send(batched, batch, `${snapshot.phase} ${at}`)) outcomes.add(outcome);
      }
      const settled = await leftIn(batched, "with");
      for (const [at, batch] of batches.toReversed().entries())
        await send(batched, batch, `${snapshot.phase} again ${at}`);
      expect(await leftIn(batched, "with")).toEqual(settled);
      await expectMapped(batched, snapshot);
    }
    expect([...outcomes].sort()).toEqual(["inserted", ...(changed ? ["resynced"] : []), "unchanged"]);
    const unreferenced = changed ? "without" : "with";
    expect(await leftIn(batched, unreferenced)).toEqual(await leftIn(synced, unreferenced));
  });
});
