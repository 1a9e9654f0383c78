/** The indexes that a schema declares for its tables. */
import type { GenericSchema, SchemaDefinition } from "convex/server";
import type { IndexDefinition } from "../store/orderedIndex.js";

interface SearchIndexDefinition {
  readonly name: string;
  readonly searchField: string;
  readonly filterFields: readonly string[];
}

interface VectorIndexDefinition {
  readonly name: string;
  readonly vectorField: string;
  readonly dimensions: number;
  readonly filterFields: readonly string[];
}

export interface DeclaredIndexes {
  /** Without the `_creationTime` and `_id` that every index ends with. */
  readonly ordered: readonly IndexDefinition[];
  readonly search: readonly SearchIndexDefinition[];
  readonly vector: readonly VectorIndexDefinition[];
}

/** How `convex/server` hands a table's definition out; its types hide it. */
interface ExportedTable {
  readonly indexes: readonly { readonly indexDescriptor: string; readonly fields: readonly string[] }[];
  readonly searchIndexes: readonly (Omit<SearchIndexDefinition, "name"> & { readonly indexDescriptor: string })[];
  readonly vectorIndexes: readonly (Omit<VectorIndexDefinition, "name"> & { readonly indexDescriptor: string })[];
}

/** For each table of the schema, in its order. */
export function declaredIndexes(
  schema: SchemaDefinition<GenericSchema, boolean>,
): ReadonlyMap<string, DeclaredIndexes> {
  return new Map(
    Object.entries(schema.tables).map(([name, definition]) => {
      const { indexes, searchIndexes, vectorIndexes } = (definition as unknown as { export(): ExportedTable }).export();
      return [
        name,
        { ordered: indexes.map(named), search: searchIndexes.map(named), vector: vectorIndexes.map(named) },
      ];
    }),
  );
}

function named<Definition extends { readonly indexDescriptor: string }>({ indexDescriptor, ...rest }: Definition) {
  return { name: indexDescriptor, ...rest };
}
