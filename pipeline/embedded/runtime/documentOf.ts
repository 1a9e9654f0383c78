/** The table and document that an id names, for the functions of `ctx.db` that take one. */
import { FunctionError } from "../functions/functionError.js";
import type { Store } from "../store/store.js";
import type { Table } from "../store/table.js";

export interface NamedDocument {
  readonly id: string;
  /** The table that the caller named, if it did. */
  readonly table?: string | undefined;
}

/**
 * The table of an id; null where no table has its number.
 *
 * @throws FunctionError for a text that is no id, or an id of another table than the one that was named
 */
export function tableOf({ id, table }: NamedDocument, store: Store, method: string): Table | null {
  const found = store.tableOfId(id);
  if (found === null) {
    throw new FunctionError(`Invalid argument \`id\` for \`db.${method}\`: Unable to decode ID: Invalid ID "${id}"`);
  }
  if (found === undefined) return null;
  if (table !== undefined && found.name !== table) {
    throw new FunctionError(
      `Invalid argument \`id\`, expected ID in table '${table}' but got ID in table '${found.name}'`,
    );
  }
  return found;
}
