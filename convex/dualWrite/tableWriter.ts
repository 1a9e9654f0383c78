import type { Fields } from "../../transforms/defineTransform.js";

/** The writes of one table, each after the checks and before the syncs that the table's role asks for. */
export interface TableWriter {
  insert(document: Fields): Promise<string>;
  patch(id: string, fields: Fields): Promise<void>;
  replace(id: string, document: Fields): Promise<void>;
  delete(id: string): Promise<void>;
}
