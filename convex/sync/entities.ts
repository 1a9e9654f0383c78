/** Tags and sourceMetadata rows that parts refer to: found by natural key, made when first referred to, ancestors first. */
import type { EntityMention, Fields } from "../../transforms/defineTransform.js";
import { documentsBy, rangeBy, type StoredDocument } from "../documents.js";
import { indexOfKey, naturalKeyOf } from "../tableFacts.js";
import { metadataChange, newMetadata } from "./metadataRule.js";
import type { Sync } from "./sync.js";
import { newTag } from "./tagRule.js";

/** A natural key as transforms and batches write it: values in the schema's order, null for an absent one. */
export type EntityKey = readonly (string | null)[];

interface EntityRule {
  /** The row of an entity nobody has met before. */
  born(mentions: readonly Fields[], parentId: string | null): Fields;
  /** What the mentions change in the row there is; empty when nothing. */
  change(row: Fields, mentions: readonly Fields[]): Fields;
  /** The key of the entity that has to be there first. */
  parent(key: EntityKey, mention: Fields): EntityKey | null;
}

const rules: Readonly<Record<string, EntityRule>> = {
  sourceMetadata: { born: newMetadata, change: metadataChange, parent: () => null },
  tags: {
    born: newTag,
    change: () => ({}),
    parent: ([scope = null, userId = null], { parentSlug }) =>
      typeof parentSlug === "string" ? [scope, userId, parentSlug] : null,
  },
};

/**
 * Makes every mentioned entity be there, with what the mentions know about it.
 *
 * @param mentions parents before children
 */
export async function mergeEntities(sync: Sync, mentions: readonly EntityMention[]): Promise<void> {
  const byEntity = new Map<string, EntityMention[]>();
  for (const mention of mentions) {
    const name = nameOf(mention.table, mention.key);
    byEntity.set(name, [...(byEntity.get(name) ?? []), mention]);
  }
  for (const [name, about] of byEntity) {
    const [first] = about;
    const rule = rules[first?.table ?? ""];
    if (first === undefined || rule === undefined) continue;
    const values = about.map(({ value }) => value);
    const row = await findEntity(sync, first.table, first.key);
    if (row === null) {
      const parent = rule.parent(first.key, first.value);
      const parentId = parent === null ? null : await entityId(sync, first.table, parent);
      sync.entityIds.set(name, await sync.db.insert(first.table, rule.born(values, parentId)));
    } else {
      sync.entityIds.set(name, row._id);
      const change = rule.change(row, values);
      if (Object.keys(change).length > 0) await sync.db.patch(row._id, change);
    }
  }
}

/**
 * The id behind a natural key.
 *
 * @throws Error when there is no such row: whoever refers to an entity mentions it first.
 */
export async function entityId(sync: Sync, table: string, key: EntityKey): Promise<string> {
  const name = nameOf(table, key);
  const known = sync.entityIds.get(name) ?? (await findEntity(sync, table, key))?._id;
  if (known === undefined) throw new Error(`no row of ${table} has the natural key of a reference`);
  sync.entityIds.set(name, known);
  return known;
}

/** Of two rows with one natural key the oldest counts; delta moves the other's parts over. */
async function findEntity(sync: Sync, table: string, key: EntityKey): Promise<StoredDocument | null> {
  const natural = new Map(naturalKeyOf(table).map((column, at) => [column, key[at] ?? undefined]));
  const { index, columns } = indexOfKey(table);
  const leading = columns.map((column): [string, string | undefined] => [column, natural.get(column)]);
  const rest = [...natural].filter(([column]) => !columns.includes(column));
  if (rest.length === 0) return (await rangeBy(sync.db, table, index, leading).first()) as StoredDocument | null;
  const rows = await documentsBy(sync.db, table, index, leading);
  return rows.find((row) => rest.every(([column, value]) => row[column] === value)) ?? null;
}

function nameOf(table: string, key: EntityKey): string {
  return JSON.stringify([table, ...key]);
}
