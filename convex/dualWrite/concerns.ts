/** What the transforms declare, turned round: from a table and its fields to the parts that are concerned when they change. */
import type { Lookup, Transform } from "../../transforms/defineTransform.js";
import { transforms } from "../../transforms/index.js";
import { givesRows } from "../sync/sync.js";

/** A part without rows and entities has nothing to sync online: its field alone counts until cleanup. */
const synced = transforms.filter(givesRows);

/** The parts that a document of this table gives, those with something to sync. */
export function partsOf(table: string): readonly Transform[] {
  return synced.filter((transform) => transform.table === table);
}

/** The part of this name; null for a job of a transform that is no more. */
export function partNamed(part: string): Transform | null {
  return synced.find((transform) => transform.part === part) ?? null;
}

/** The part that a moved field of a table belongs to; null for a field that stays. */
export function partMoving(table: string, field: string): Transform | null {
  return transforms.find((transform) => transform.table === table && transform.moves.includes(field)) ?? null;
}

/** All parts that move fields out of a table. */
export function partsMovingFrom(table: string): readonly Transform[] {
  return transforms.filter((transform) => transform.table === table && transform.moves.length > 0);
}

/** A transform, and the one of its lookups that finds documents of the table in question. */
export interface LookedUpBy {
  readonly transform: Transform;
  readonly lookup: Lookup;
}

/** Who looks documents of this table up. */
export function lookedUpBy(table: string): readonly LookedUpBy[] {
  return synced.flatMap((transform) =>
    Object.values(transform.reads.lookups)
      .filter((lookup) => lookup.table === table)
      .map((lookup) => ({ transform, lookup })),
  );
}

/** Tables whose documents concern a part, as its document or looked up; those written most come first. */
export const concernedTables: readonly string[] = [
  ...new Set([
    ...transforms.map(({ table }) => table),
    ...transforms.flatMap(({ reads }) => Object.values(reads.lookups).map(({ table }) => table)),
  ]),
].filter((table) => !table.startsWith("_"));
