/** What writing a row takes of a transaction and of a deployment's write throughput, from what the model says about its table. */

import type { BatchEntity } from "../../transforms/index.js";
import { valueSize } from "../convexFormat/valueSize.js";
import { documentWriteCost } from "../convexFormat/writeCost.js";
import type { Model, TableModel } from "../model/types.js";

export interface WriteCost {
  /** The document, in Convex's own count. */
  readonly documentBytes: number;
  /** Its log and index entries. */
  readonly writeBytes: number;
}

type Row = Pick<BatchEntity, "table" | "value" | "refs">;

/** An id has 31 or 32 letters (spec 1). */
const idBytes = 2 + 32;

/** An object's own 2 bytes, `_id` and `_creationTime` with their names. */
const systemBytes = 2 + 4 + idBytes + 14 + 9;

/** The cost of inserting a row whose references are natural keys: each becomes an id. Linear in the row's size. */
export function rowCost(model: Model, { table, value, refs }: Row): WriteCost {
  const sizes = new Map<string, number>(refs.map(({ column }) => [column, idBytes]));
  let documentBytes = systemBytes;
  for (const [column, field] of Object.entries(value)) sizes.set(column, valueSize(field));
  for (const [column, size] of sizes) documentBytes += column.length + 1 + size;
  return { documentBytes, writeBytes: documentWriteCost(documentBytes, keyBytes(model.table(table), sizes)) };
}

function keyBytes({ indexes }: TableModel, sizes: ReadonlyMap<string, number>): number[] {
  return indexes.map(({ fields }) =>
    fields.reduce((sum, field) => sum + (sizes.get(field.split(".")[0] ?? "") ?? 0), 0),
  );
}
