/** A query as `convex/server` hands it to its runtime. */
import { type JSONValue, jsonToConvex, type Value } from "convex/values";

export interface RangeExpression {
  readonly type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  readonly fieldPath: string;
  readonly value: JSONValue;
}

export type SearchFilter =
  | { readonly type: "Search"; readonly fieldPath: string; readonly value: string }
  | { readonly type: "Eq"; readonly fieldPath: string; readonly value: JSONValue };

export type Order = "asc" | "desc";

export type SerializedSource =
  | { readonly type: "FullTableScan"; readonly tableName: string; readonly order: Order | null }
  | {
      readonly type: "IndexRange";
      /** `table.index` */
      readonly indexName: string;
      readonly range: readonly RangeExpression[];
      readonly order: Order | null;
    }
  | { readonly type: "Search"; readonly indexName: string; readonly filters: readonly SearchFilter[] };

export type Operator = { readonly filter: JSONValue } | { readonly limit: number };

export interface SerializedQuery {
  readonly source: SerializedSource;
  readonly operators: readonly Operator[];
}

/** A bound or a literal of a query, where undefined has an encoding of its own. */
export function decodeBound(value: JSONValue): Value | undefined {
  const isUndefined = typeof value === "object" && value !== null && !Array.isArray(value) && "$undefined" in value;
  return isUndefined ? undefined : jsonToConvex(value);
}
