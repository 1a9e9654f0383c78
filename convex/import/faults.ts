import { ConvexError } from "convex/values";
import type { Fault } from "./batch.js";

/** What a row or patch can be refused for, here and in `convex/sync`, before any of it is written. */
const codes: ReadonlySet<unknown> = new Set([
  "invalid_row",
  "entity_missing",
  "no_entity",
  "url_hash_collision",
  "original_too_large",
  "unknown_part",
  "foreign_row",
  "foreign_patch",
  "count_comes_by_correction",
]);

/** What could not be done, item by item, so that the rest of a batch goes on. */
export class Faults {
  readonly found: Fault[] = [];

  /**
   * Runs the work of one item.
   *
   * @returns what it gives; `invalid` where the item was refused. Every other error is not the item's, and ends the batch.
   */
  async guard<Outcome>(list: Fault["list"], at: number, work: () => Promise<Outcome>): Promise<Outcome | "invalid"> {
    try {
      return await work();
    } catch (error) {
      const { code, table, column } = refusalIn(error);
      if (!codes.has(code)) throw error;
      this.found.push({
        list,
        at,
        code: String(code),
        table: String(table),
        ...(column === undefined ? {} : { column: String(column) }),
      });
      return "invalid";
    }
  }
}

interface Refusal {
  readonly code?: unknown;
  readonly table?: unknown;
  readonly column?: unknown;
}

function refusalIn(error: unknown): Refusal {
  return error instanceof ConvexError && typeof error.data === "object" && error.data !== null ? error.data : {};
}
