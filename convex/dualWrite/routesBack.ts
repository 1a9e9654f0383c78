/**
 * The ways from a looked-up document back to the documents that look it up (its dependents), each along an existing index:
 * of the dependents' own table; where the reference stands in an array or has no index, of their rows; and for a reference in another
 * looked-up document (`conversation.userId`) of that one's table, from where its own dependents are reached in turn.
 */
import type { Transform } from "../../transforms/defineTransform.js";
import { columnsReferring, existingIndexLedBy, indexLedBy } from "../tableFacts.js";
import { lookedUpBy } from "./concerns.js";

export interface Route {
  /** What is read: documents or rows whose `field` is the looked-up document's id, along an index which that field leads. */
  readonly table: string;
  readonly index: string;
  readonly field: string;
  /** Where a found one has the dependent's id. */
  readonly dependent: string;
  /** The dependents' parts to sync. */
  readonly transforms: readonly Transform[];
  /** The found ones are looked up themselves: what looks them up follows. */
  readonly goesOn: boolean;
}

/** The routes of one phase from a document of this table to its dependents; always in the same order, each one once. */
export function routesBack(phase: string, table: string): readonly Route[] {
  const routes = new Map<string, Route>();
  for (const { transform, lookup } of lookedUpBy(table)) {
    if (transform.phase !== phase) continue;
    for (const route of routesAlong(transform, lookup.via, table)) {
      const name = `${route.table} ${route.index} ${route.dependent}`;
      const transforms = new Set([...(routes.get(name)?.transforms ?? []), ...route.transforms]);
      routes.set(name, { ...route, transforms: [...transforms] });
    }
  }
  return [...routes.values()];
}

function routesAlong(transform: Transform, via: string, target: string): Route[] {
  const [head = "", inner] = via.split(".");
  const between = transform.reads.lookups[head];
  if (inner !== undefined && between !== undefined) {
    const index = existingIndexLedBy(between.table, inner);
    if (index === null) throw new TypeError(`no index of ${between.table} begins with ${inner}`);
    return [{ table: between.table, index, field: inner, dependent: "_id", transforms: [], goesOn: true }];
  }
  // Optional tables are reached by their rows: a deployment that does not keep them has none, and walks none of its documents for them.
  const index = transform.option === undefined ? existingIndexLedBy(transform.table, via) : null;
  if (index !== null) {
    const { table } = transform;
    return [{ table, index, field: via, dependent: "_id", transforms: [transform], goesOn: false }];
  }
  return Object.entries(transform.writes).flatMap(([table, parent]) =>
    columnsReferring(table, target)
      .filter((column) => column !== parent)
      .map((column) => {
        const index = indexLedBy(table, column);
        return { table, index, field: column, dependent: parent, transforms: [transform], goesOn: false };
      }),
  );
}
