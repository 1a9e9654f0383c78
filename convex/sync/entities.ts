/** Tags and sourceMetadata rows that parts refer to: found by natural key, made when first referred to, ancestors first. */
import { ConvexError, type Value } from "convex/values";
import type { EntityMention, EntityReference, Fields } from "../../transforms/defineTransform.js";
import type { BatchEntity } from "../../transforms/partBatch.js";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { documentsBy, rangeBy, type StoredDocument } from "../documents.js";
import { indexOfKey, naturalKeyOf } from "../tableFacts.js";
import { mentionsIn, metadataChange, newMetadata } from "./metadataRule.js";
import { refuseInvalid } from "./refuseInvalid.js";
import type { Sync, SyncReads } from "./sync.js";
import { newTag } from "./tagRule.js";

/** A natural key as transforms and batches write it: values in the schema's order, null for an absent one. */
export type EntityKey = readonly (string | null)[];

interface EntityRule {
  /** The row of an entity nobody has met before, references aside. */
  born(mentions: readonly Fields[]): Fields;
  /** What the mentions change in the row there is; empty when nothing. */
  change(row: Fields, mentions: readonly Fields[]): Fields;
  /** What a row of a snapshot says about its entity, as mentions would. */
  mentionsIn(row: Fields): readonly Fields[];
  /** The entities that have to be there first. */
  refs(key: EntityKey, mention: Fields): readonly EntityReference[];
  /** The column that touches count up from 0, whoever makes the row. */
  readonly counted: string;
}

const rules: Readonly<Record<string, EntityRule>> = {
  sourceMetadata: { born: newMetadata, change: metadataChange, mentionsIn, refs: () => [], counted: "accessCount" },
  tags: {
    born: newTag,
    change: () => ({}),
    mentionsIn: () => [],
    refs: ([scope = null, userId = null], { parentSlug }) =>
      typeof parentSlug === "string" ? [{ column: "parentId", table: "tags", key: [scope, userId, parentSlug] }] : [],
    counted: "usageCount",
  },
};

/** @throws ConvexError `no_entity` for a table whose rows no part refers to. */
function ruleOf(table: string): EntityRule {
  const rule = rules[table];
  if (rule === undefined) throw new ConvexError({ code: "no_entity", table });
  return rule;
}

/**
 * Makes every mentioned entity be there, with what the mentions know about it. All is read and checked before anything is written.
 *
 * @param mentions parents before children
 * @throws ConvexError as `refuseInvalid` and `metadataChange` do
 */
export async function mergeEntities(sync: Sync, mentions: readonly EntityMention[]): Promise<void> {
  const byEntity = new Map<string, [EntityMention, ...EntityMention[]]>();
  for (const mention of mentions) {
    const name = nameOf(mention.table, mention.key);
    const about = byEntity.get(name);
    if (about === undefined) byEntity.set(name, [mention]);
    else about.push(mention);
  }
  const plans: (() => Promise<void>)[] = [];
  for (const about of byEntity.values()) {
    const [{ table, key, value }] = about;
    const rule = ruleOf(table);
    const values = about.map((mention) => mention.value);
    const row = await findEntity(sync, table, key);
    const columns = row === null ? rule.born(values) : rule.change(row, values);
    refuseInvalid(sync.db, table, { ...row, ...columns });
    plans.push(() => writeEntity(sync, { table, key, row, columns, refs: rule.refs(key, value) }));
  }
  for (const write of plans) await write();
}

/**
 * Makes the entity of a snapshot's row be there: born as the row says, but counting from 0, since the rows that refer to it
 * count themselves when they are written; else merged by the rule for mentions.
 *
 * @throws ConvexError `no_entity`, `entity_missing` for its parent, and as `mergeEntities` does; then nothing is written
 */
export async function mergeEntityRow(sync: Sync, { table, value, refs }: BatchEntity): Promise<void> {
  const rule = ruleOf(table);
  const key = keyOf(table, value);
  const row = await findEntity(sync, table, key);
  const columns = row === null ? { ...value, [rule.counted]: 0 } : rule.change(row, rule.mentionsIn(value));
  refuseInvalid(sync.db, table, { ...row, ...columns });
  await writeEntity(sync, { table, key, row, columns, refs });
}

interface EntityWrite {
  readonly table: string;
  readonly key: EntityKey;
  /** Null for one that is to be born. */
  readonly row: StoredDocument | null;
  readonly columns: Fields;
  /** Of one that is to be born; they never change. */
  readonly refs: readonly EntityReference[];
}

async function writeEntity(sync: Sync, { table, key, row, columns, refs }: EntityWrite): Promise<void> {
  if (row === null) {
    const born = await columnsOf(sync, { value: columns, refs });
    sync.entityIds.set(nameOf(table, key), await sync.db.insert(table, withoutAbsent(born)));
  } else {
    sync.entityIds.set(nameOf(table, key), row._id);
    if (Object.keys(columns).length > 0) await sync.db.patch(row._id, columns);
  }
}

/** A row's columns, its references resolved. @throws ConvexError `entity_missing` */
export async function columnsOf(
  sync: SyncReads,
  { value, refs }: Pick<BatchEntity, "refs"> & { readonly value: Fields },
): Promise<Fields> {
  const columns: Record<string, Value | undefined> = { ...value };
  for (const { column, table, key } of refs) columns[column] = await entityId(sync, table, key);
  return columns;
}

/**
 * The id behind a natural key.
 *
 * @throws ConvexError `entity_missing` when there is no such row: whoever refers to an entity mentions it first.
 */
async function entityId(sync: SyncReads, table: string, key: EntityKey): Promise<string> {
  const name = nameOf(table, key);
  const known = sync.entityIds.get(name) ?? (await findEntity(sync, table, key))?._id;
  if (known === undefined) throw new ConvexError({ code: "entity_missing", table });
  sync.entityIds.set(name, known);
  return known;
}

/** Of two rows with one natural key the oldest counts; delta moves the other's parts over. */
export async function findEntity(
  sync: Pick<SyncReads, "db">,
  table: string,
  key: EntityKey,
): Promise<StoredDocument | null> {
  const { index, leading, rest } = rangeOfKey(table, key);
  if (rest.length === 0) return await rangeBy(sync.db, table, index, leading).first();
  const [oldest = null] = await entityRows(sync, table, key);
  return oldest;
}

/** All rows with a natural key, the oldest first; one, or none, unless something went past the migration. */
export async function entityRows(
  sync: Pick<SyncReads, "db">,
  table: string,
  key: EntityKey,
): Promise<readonly StoredDocument[]> {
  const { index, leading, rest } = rangeOfKey(table, key);
  const rows = await documentsBy(sync.db, table, index, leading);
  return rows.filter((row) => rest.every(([column, value]) => row[column] === value));
}

/** The index range that holds the rows of a key, and what is to be compared beyond it. @throws ConvexError `no_entity` */
function rangeOfKey(table: string, key: EntityKey) {
  ruleOf(table);
  const natural = naturalKeyOf(table).map((column, at): [string, string | undefined] => [column, key[at] ?? undefined]);
  const { index, columns } = indexOfKey(table);
  const leading = columns.map((column): [string, string | undefined] => [column, new Map(natural).get(column)]);
  return { index, leading, rest: natural.filter(([column]) => !columns.includes(column)) };
}

/** The natural key of an entity's row. */
function keyOf(table: string, row: Fields): EntityKey {
  return naturalKeyOf(table).map((column) => {
    const value = row[column];
    return typeof value === "string" ? value : null;
  });
}

function nameOf(table: string, key: EntityKey): string {
  return JSON.stringify([table, ...key]);
}
