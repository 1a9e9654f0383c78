/** What a phase consists of, derived from the transforms and the tables' descriptions. */

import type { Transform } from "../../transforms/defineTransform.js";
import { transforms } from "../../transforms/index.js";
import type { Phase } from "../phases.js";
import type { TableDescription } from "../schema/describeTable.js";
import { existingTables, normalizedTables } from "../schema/tables.js";

const existing: Readonly<Record<string, TableDescription>> = existingTables;
const normalized: Readonly<Record<string, TableDescription>> = normalizedTables;

/** The parts that move something, and those whose rows others are rebuilt from; optional ones copy and move nothing. */
export function partsOfPhase(phase: Phase): readonly Transform[] {
  return transforms.filter((transform) => transform.phase === phase && transform.option === undefined);
}

/**
 * Tables of a phase's documents, those first whose parts write the rows that later ones are compared with: a project's
 * array goes only when the links of its conversations stand.
 */
export function documentTablesOf(phase: Phase): readonly string[] {
  return [...new Set(partsOfPhase(phase).map(({ table }) => table))];
}

/** The tables a phase fills: rows and entities. */
export function rowTablesOf(phase: Phase): readonly string[] {
  return Object.keys(normalized).filter((table) => normalized[table]?.phase === phase);
}

/** Those of them whose rows stand for a part of a document each. */
export function partRowTablesOf(phase: Phase): readonly string[] {
  return partsOfPhase(phase).flatMap(({ writes }) => Object.keys(writes));
}

/** The tables a phase fills that have columns which belong to the application. */
export function ownedTablesOf(phase: Phase): readonly string[] {
  return rowTablesOf(phase).filter((table) => (normalized[table]?.applicationOwned ?? []).length > 0);
}

/** The fields that a phase moves out of existing tables. */
export function movedFieldsOf(phase: Phase): readonly { readonly table: string; readonly field: string }[] {
  return Object.entries(existing).flatMap(([table, { moved = {} }]) =>
    Object.entries(moved)
      .filter(([, field]) => field.phase === phase)
      .map(([field]) => ({ table, field })),
  );
}
