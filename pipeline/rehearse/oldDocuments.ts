import { existingTables, normalizedTables, stateTables } from "../../convex/schema/tables.js";
import { transforms } from "../../transforms/index.js";
import { compareDocuments } from "./compareDocuments.js";
import type { Rehearsal } from "./rehearsal.js";
import { type Check, checked } from "./step.js";

/** The application's own tables. */
export const oldTables = Object.keys(existingTables);

/** Tables that a migration fills and an abort empties. */
export const newTables = [...Object.keys(normalizedTables), ...Object.keys(stateTables)];

/** Moved fields, as `table.field`. */
export const movedFields: ReadonlySet<string> = new Set(
  transforms.flatMap(({ table, moves }) => moves.map((field) => `${table}.${field}`)),
);

/** Tables of which a part comes. */
export const mappedTables: ReadonlySet<string> = new Set(transforms.map(({ table }) => table));

/** Every old document is what it was when the deployment was filled, but for what users say they wrote. */
export async function oldDocumentsStand(rehearsal: Rehearsal, moment: string): Promise<Check> {
  const { paths, traffic, rules } = rehearsal;
  const { looked, differing, findings } = await compareDocuments({
    before: paths.exported("filled"),
    after: paths.exported(moment),
    tables: oldTables,
    log: traffic?.log ?? nobody,
    rules,
    moved: movedFields,
  });
  return {
    name: "old documents are as filled, but for users' edits",
    looked,
    failed: differing,
    findings: findings.slice(0, 10),
  };
}

const nobody = { actions: new Map(), unexpected: [], changed: 0, written: () => new Map() };

/** No user's write failed that should not have. */
export function usersWereServed({ traffic }: Rehearsal): Check {
  const counts = [...(traffic?.log.actions.values() ?? [])];
  const looked = counts.reduce((sum, { done, refused, failed }) => sum + done + refused + failed, 0);
  return checked("no user's write failed", looked, traffic?.log.unexpected ?? []);
}
