import type { TableDescription } from "../../convex/schema/describeTable.js";
import { UnnestError } from "../errors.js";
import { columnModel } from "./columnModel.js";
import { importOrder } from "./importOrder.js";
import type { Model, TableModel } from "./types.js";

/** Descriptions by table name. */
export interface ModelDefinitions {
  readonly existing: Readonly<Record<string, TableDescription>>;
  readonly normalized: Readonly<Record<string, TableDescription>>;
  readonly state: Readonly<Record<string, TableDescription>>;
}

function tableModel(name: string, role: TableModel["role"], description: TableDescription): TableModel {
  const { fields, moved = {}, birth = [], applicationOwned = [], bookkeeping = [] } = description;
  const flags = (field: string) => ({
    birth: birth.includes(field),
    applicationOwned: applicationOwned.includes(field),
    bookkeeping: bookkeeping.includes(field),
  });
  const columns = [
    ...Object.entries(fields).map(([field, validator]) =>
      columnModel(field, validator, { moved: false, ...flags(field) }),
    ),
    ...Object.entries(moved).map(([field, { was }]) => columnModel(field, was, { moved: true, ...flags(field) })),
  ];
  const unknown = [...(description.naturalKey ?? []), ...birth, ...applicationOwned, ...bookkeeping].find(
    (field) => !(field in fields),
  );
  if (unknown !== undefined) {
    throw new UnnestError("INTERNAL", `The description of a table names a field it does not have: ${unknown}.`, {
      table: name,
    });
  }
  return {
    name,
    role,
    columns,
    moved: Object.keys(moved),
    naturalKey: description.naturalKey ?? [],
    phase: description.phase ?? null,
    option: description.option ?? null,
    selfReferences: columns.filter(({ references }) => references === name).map((column) => column.name),
    indexes: Object.entries({ ...description.indexes, ...description.addedIndexes }).map(([index, path]) => ({
      name: index,
      fields: [...path],
    })),
  };
}

/**
 * The model of a set of table descriptions.
 *
 * @throws INTERNAL when a natural key or a flag names a field that is not there, or normalized tables reference each other in a circle
 */
export function deriveModel(definitions: ModelDefinitions): Model {
  const tablesOf = (role: TableModel["role"]): TableModel[] =>
    Object.entries(definitions[role]).map(([name, description]) => tableModel(name, role, description));
  const existing = tablesOf("existing");
  const normalized = importOrder(tablesOf("normalized"));
  const tables = [...existing, ...normalized, ...tablesOf("state")];
  const byName = new Map(tables.map((table) => [table.name, table]));
  return {
    tables,
    existing,
    normalized,
    has: (name) => byName.has(name),
    table(name) {
      const found = byName.get(name);
      if (found === undefined) throw new UnnestError("INTERNAL", "The model has no such table.", { table: name });
      return found;
    },
  };
}
