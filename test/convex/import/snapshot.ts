/** What the pipeline would send of a deployment exported now, in memory: parts with their rows, and the entities' rows. */

import type { BatchAnswer, ImportAnswer, PatchAnswer, ResyncAnswer } from "../../../convex/import/batch.js";
import { mounted } from "../../../convex/mount.js";
import type { Phase } from "../../../convex/phases.js";
import { newMetadata } from "../../../convex/sync/metadataRule.js";
import { startSync } from "../../../convex/sync/sync.js";
import { mapLive, readLive } from "../../../convex/sync/syncPart.js";
import { newTag } from "../../../convex/sync/tagRule.js";
import type { EntityMention, EntityReference, Fields } from "../../../transforms/defineTransform.js";
import { transforms } from "../../../transforms/index.js";
import {
  type BatchEntity,
  type BatchPart,
  encodeEntity,
  encodePart,
  type PartName,
} from "../../../transforms/partBatch.js";
import type { BatchPatch } from "../../../transforms/patchBatch.js";
import type { Deployment } from "../deployment.js";

/** Of one phase. */
export interface Snapshot {
  readonly phase: Phase;
  readonly entities: readonly BatchEntity[];
  readonly parts: readonly BatchPart[];
}

/** Counts of a snapshot's rows; an import starts them at 0, whatever they say. */
const countedThere = 42;

/** Every part of a phase that has rows, in the order of its documents. The phase's authority has to be `old`. */
export async function takeSnapshot(deployment: Pick<Deployment, "run">, phase: Phase): Promise<Snapshot> {
  return await deployment.run(async (ctx) => {
    const sync = await startSync(ctx);
    const parts: BatchPart[] = [];
    const mentions: EntityMention[] = [];
    for (const transform of transforms.filter((one) => one.phase === phase && one.option === undefined)) {
      for (const { _id } of await sync.db.query(transform.table).collect()) {
        const live = await readLive(sync, transform, _id);
        const { result } = mapLive(transform, live);
        if (live.input === null || result === null) continue;
        if (result.rows.length > 0) parts.push(encodePart(transform, live.input, result));
        mentions.push(...result.mentions);
      }
    }
    return { phase, entities: entitiesIn(mentions), parts };
  });
}

function entitiesIn(mentions: readonly EntityMention[]): BatchEntity[] {
  const byKey = new Map<string, EntityMention[]>();
  for (const mention of mentions) {
    const name = JSON.stringify([mention.table, ...mention.key]);
    byKey.set(name, [...(byKey.get(name) ?? []), mention]);
  }
  return [...byKey.values()].map((about) => {
    const values = about.map(({ value }) => value);
    const [{ table = "", key: [scope = null, userId = null] = [], value: { parentSlug } = {} } = {}] = about;
    const refs: EntityReference[] =
      typeof parentSlug === "string" ? [{ column: "parentId", table, key: [scope, userId, parentSlug] }] : [];
    const counts: Fields = table === "tags" ? { usageCount: countedThere } : { accessCount: countedThere };
    const row = table === "tags" ? newTag(values) : newMetadata(values);
    return encodeEntity(table, { ...row, ...counts, _id: "offline", _creationTime: 1 }, refs);
  });
}

/** A batch of some of a snapshot's parts, with the entities they refer to and those entities' ancestors. */
export function batchOf(
  { phase, entities, parts }: Snapshot,
  chosen: (part: BatchPart, at: number) => boolean,
): Snapshot {
  const some = parts.filter(chosen);
  const wanted = new Set(some.flatMap(({ rows }) => rows.flatMap(({ refs }) => refs.map(nameOf))));
  const referred = entities.toReversed().filter((entity) => {
    if (!wanted.has(keyOf(entity))) return false;
    for (const ref of entity.refs) wanted.add(nameOf(ref));
    return true;
  });
  return { phase, entities: referred.reverse(), parts: some };
}

const nameOf = ({ table, key }: EntityReference): string => JSON.stringify([table, ...key]);

function keyOf({ table, value: { scope, userId, slug, urlHash } }: BatchEntity): string {
  return JSON.stringify(table === "tags" ? [table, scope, userId ?? null, slug] : [table, urlHash]);
}

/** What every batch carries unless a test says otherwise. */
export interface Sending {
  readonly batchId?: string;
  readonly hash?: string;
  readonly epoch?: number;
}

let batches = 0;

const headOf = (migrationId: Phase, { batchId, hash = "h", epoch = 1 }: Sending) => {
  batches += 1;
  return { migrationId, epoch, batchId: batchId ?? `batch${batches}`, hash };
};

async function send<Answer extends BatchAnswer<string>>(
  deployment: Deployment,
  name: string,
  args: Fields,
): Promise<Answer> {
  return await deployment.mutation(mounted("mutation", name), args as Record<string, never>);
}

export async function sendParts(
  deployment: Deployment,
  { phase, entities, parts }: Snapshot,
  sending: Sending = {},
): Promise<ImportAnswer> {
  return await send(deployment, "importParts", { ...headOf(phase, sending), entities, parts } as unknown as Fields);
}

export async function sendPatches(
  deployment: Deployment,
  phase: Phase,
  patches: readonly BatchPatch[],
  sending: Sending = {},
): Promise<PatchAnswer> {
  return await send(deployment, "applyPatches", { ...headOf(phase, sending), patches } as unknown as Fields);
}

export async function sendNames(
  deployment: Deployment,
  phase: Phase,
  parts: readonly PartName[],
  duplicates: readonly { readonly table: string; readonly key: readonly (string | null)[] }[] = [],
  sending: Sending = {},
): Promise<ResyncAnswer> {
  return await send(deployment, "resync", { ...headOf(phase, sending), parts, duplicates } as unknown as Fields);
}
