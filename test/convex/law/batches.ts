/** What an importer plans from a snapshot of a deployment: batches of parts, corrections of aggregates, names of drifted parts. */
import type { Value } from "convex/values";
import { type Phase, phases } from "../../../convex/phases.js";
import { widening } from "../../../convex/schema/touchKinds.js";
import { addDeltas, type Delta } from "../../../convex/touches/delta.js";
import { contentHash } from "../../../transforms/contentHash.js";
import { correctionId, correctionPrefix } from "../../../transforms/correctionId.js";
import type { EntityMention, PartRow } from "../../../transforms/defineTransform.js";
import { type BatchEntity, type BatchPart, encodePart } from "../../../transforms/partBatch.js";
import { inputIn } from "../../transforms/world.js";
import {
  environment,
  epochOf,
  keptTransforms,
  phaseOfCounts,
  recount,
  type State,
  stepOf,
  storedCounts,
} from "./state.js";

/** A call of one of the import functions. */
export interface Call {
  readonly name: "importParts" | "resync" | "importCorrections";
  readonly args: Record<string, Value>;
}

/** Parts of the phases that are on and whose authority is `old`, a few a batch, each with the entities it refers to. */
export function planImport(state: State, snapshot: string, partsABatch: number): Call[] {
  return phases.flatMap((phase) => {
    if (stepOf(state, phase) === "off") return [];
    const planned = keptTransforms
      .filter((transform) => transform.phase === phase && Object.keys(transform.writes).length > 0)
      .flatMap((transform) =>
        (state[transform.table] ?? []).map(({ _id }) => {
          const input = inputIn(state, transform, _id, environment);
          const result = transform.map(input);
          return { part: encodePart(transform, input, result), result };
        }),
      )
      .filter(({ part }) => part.rows.length > 0);
    const calls: Call[] = [];
    for (let at = 0; at < planned.length; at += partsABatch) {
      const chosen = planned.slice(at, at + partsABatch);
      const entities = entitiesOf(chosen.flatMap(({ result }) => result.mentions));
      calls.push(
        importCall(
          state,
          phase,
          `${snapshot}-${phase}-${at}`,
          entities,
          chosen.map(({ part }) => part),
        ),
      );
    }
    return calls;
  });
}

function importCall(
  state: State,
  phase: Phase,
  batchId: string,
  entities: readonly BatchEntity[],
  parts: readonly BatchPart[],
): Call {
  const head = {
    migrationId: phase,
    epoch: epochOf(state, phase),
    batchId,
    hash: contentHash([entities, parts] as never),
  };
  return { name: "importParts", args: { ...head, entities, parts } as never };
}

/** The two halves of an import batch; what it refers to goes with both. */
export function split({ name, args }: Call): Call[] {
  const parts = args.parts as unknown as BatchPart[];
  if (name !== "importParts" || parts.length < 2) return [{ name, args }];
  const middle = Math.ceil(parts.length / 2);
  return [parts.slice(0, middle), parts.slice(middle)].map((half, index) => ({
    name,
    args: { ...args, parts: half, batchId: `${args.batchId}/${index}`, hash: contentHash(half as never) } as never,
  }));
}

/** One row an entity, as the model would have it: its first spelling, its best entry. */
function entitiesOf(mentions: readonly EntityMention[]): BatchEntity[] {
  const found = new Map<string, BatchEntity>();
  for (const { table, key, value } of mentions) {
    const name = JSON.stringify([table, ...key]);
    if (found.has(name) || value.role === "entry") continue;
    found.set(name, table === "tags" ? tagRow(key, value) : metadataRow(value));
  }
  return [...found.values()];
}

function tagRow(key: PartRow["refs"][number]["key"], value: EntityMention["value"]): BatchEntity {
  const { scope, userId, slug, spelling, depth, usedAt, parentSlug } = value;
  const row = {
    ...{
      scope,
      slug,
      displayName: spelling,
      path: `/${String(slug)}`,
      depth,
      usageCount: 7,
      createdAt: usedAt,
      updatedAt: usedAt,
    },
    ...(userId === undefined ? {} : { userId }),
  };
  const parent = [key[0] ?? null, key[1] ?? null, String(parentSlug)];
  const refs = parentSlug === undefined ? [] : [{ column: "parentId", table: "tags", key: parent }];
  return { table: "tags", value: row as Record<string, Value>, refs };
}

function metadataRow({ urlHash, url, hostname, citedAt }: EntityMention["value"]): BatchEntity {
  const times = { firstSeenAt: citedAt, lastAccessedAt: citedAt, accessCount: 7 };
  return {
    table: "sourceMetadata",
    value: { urlHash, url, domain: hostname, enriched: false, ...times } as Record<string, Value>,
    refs: [],
  };
}

/** The names of parts whose rows are not what their documents say, a batch a phase whose authority is `old`. */
export function planResync(state: State, snapshot: string): Call[] {
  const calls: Call[] = [];
  for (const phase of phases) {
    const step = stepOf(state, phase);
    if (["off", "cleaned", "returning", "complete"].includes(step)) continue;
    const parts = keptTransforms
      .filter((transform) => transform.phase === phase)
      .flatMap((transform) => {
        const owners = new Set((state[transform.table] ?? []).map(({ _id }) => _id));
        for (const [table, parent] of Object.entries(transform.writes))
          for (const row of state[table] ?? []) owners.add(String(row[parent]));
        return [...owners].map((documentId) => ({ table: transform.table, documentId, part: transform.part }));
      });
    const head = { migrationId: phase, epoch: epochOf(state, phase), batchId: `${snapshot}-${phase}`, hash: "all" };
    if (parts.length > 0) calls.push({ name: "resync", args: { ...head, parts, duplicates: [] } });
  }
  return calls;
}

/** Recount − (stored + touches), by kind (spec 5). */
export function planCorrections(state: State, snapshot: string): Call[] {
  const [recounted, stored] = [recount(state), storedCounts(state)];
  return Object.keys(recounted).flatMap((kind): Call[] => {
    const phase = phaseOfCounts[kind] as Phase;
    if (stepOf(state, phase) === "off") return [];
    const open = new Map<string, Delta>();
    for (const touch of state.unnestTouches ?? []) {
      const key = String(touch.key);
      if (touch.kind === kind) open.set(key, addDeltas(open.get(key) ?? {}, touch.delta as unknown as Delta));
    }
    const keys = new Set(
      [recounted, stored].flatMap((counts) => [...(counts[kind]?.keys() ?? [])]).concat([...open.keys()]),
    );
    const corrections = [...keys].sort().flatMap((key) => {
      const [want = {}, have = {}, touched = {}] = [recounted[kind]?.get(key), stored[kind]?.get(key), open.get(key)];
      const delta = Object.fromEntries(
        [...new Set([...Object.keys(want), ...Object.keys(have), ...Object.keys(touched)])]
          .filter((field) => widening[field] === undefined)
          .map((field): [string, number] => [field, (want[field] ?? 0) - (have[field] ?? 0) - (touched[field] ?? 0)])
          .filter(([, value]) => value !== 0),
      );
      return Object.keys(delta).length === 0 ? [] : [{ key, delta }];
    });
    if (corrections.length === 0) return [];
    const epoch = epochOf(state, phase);
    const seen = (state.unnestBatches ?? []).filter(
      (batch) =>
        batch.migrationId === phase && batch.epoch === epoch && String(batch.batchId).startsWith(correctionPrefix),
    ).length;
    const id = correctionId(snapshot, kind, 0);
    return [
      {
        name: "importCorrections",
        args: { migrationId: phase, epoch, snapshot, seen, kind, number: 0, id, corrections },
      },
    ];
  });
}
