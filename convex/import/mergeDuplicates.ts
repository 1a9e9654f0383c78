import { ConvexError } from "convex/values";
import type { Fields } from "../../transforms/defineTransform.js";
import { transforms } from "../../transforms/index.js";
import { rangeBy, type StoredDocument } from "../documents.js";
import { hasHeadroom } from "../headroom.js";
import { type EntityKey, entityRows, mergeEntityRow } from "../sync/entities.js";
import { parentIdOf } from "../sync/storedPart.js";
import type { Sync } from "../sync/sync.js";
import { syncPart } from "../sync/syncPart.js";
import { columnsReferringTo, descriptionOf, isNormalized } from "../tableFacts.js";

/** Rows moved in one call. Each of them is a part's sync; what it takes is watched besides. */
const mostMoved = 100;

/**
 * Makes two rows of one natural key one: the oldest takes what the others know, the parts that refer to them are synced, which
 * moves their rows and touches to it, and the others go when nothing refers to them any more.
 *
 * @returns null when there is more to move than one transaction takes: call it again
 * @throws ConvexError `no_entity` for a key of no table of this phase that has entities, and as a sync does
 */
export async function mergeDuplicates(
  ctx: object,
  sync: Sync,
  migrationId: string,
  { table, key }: { readonly table: string; readonly key: EntityKey },
): Promise<"merged" | null> {
  if (!isNormalized(table) || descriptionOf(table).phase !== migrationId)
    throw new ConvexError({ code: "no_entity", table });
  const [oldest, ...others] = await entityRows(sync, table, key);
  if (oldest === undefined) return "merged";
  for (const other of others) {
    await mergeEntityRow(sync, { table, value: other, refs: [] });
    if (!(await moveReferences(ctx, sync, table, other, oldest))) return null;
    await sync.db.delete(other._id);
  }
  return "merged";
}

/** Moves what refers to one row to another; false when that is more than this call may do. */
async function moveReferences(
  ctx: object,
  sync: Sync,
  table: string,
  from: StoredDocument,
  to: StoredDocument,
): Promise<boolean> {
  for (const { table: referring, column, index } of columnsReferringTo(table)) {
    const rows = await rangeBy(sync.db, referring, index, [[column, from._id]]).take(mostMoved);
    for (const row of rows) {
      await moveReference(sync, referring, row, { [column]: to._id });
      if (!(await hasHeadroom(ctx))) return false;
    }
    if (rows.length === mostMoved) return false;
  }
  return true;
}

/** A part's rows go where its sync puts them; an entity's own reference, that of a tag to its parent, is no part's. */
async function moveReference(sync: Sync, table: string, row: StoredDocument, moved: Fields): Promise<void> {
  const transform = transforms.find(({ writes }) => Object.hasOwn(writes, table));
  if (transform === undefined) await sync.db.patch(row._id, moved);
  else await syncPart(sync, transform, parentIdOf(transform, table, row));
}
