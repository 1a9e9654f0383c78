import { identifier, literal, qualified } from "../db/quote.js";
import type { ColumnModel, Model, TableModel } from "../model/types.js";

/** Where documents of one table name documents of another. */
export interface Reference {
  /** Of the naming document. */
  readonly table: string;
  /** Of the named one. */
  readonly target: string;
  /** Does the naming document belong to the named one? Then it comes along wherever that goes. */
  readonly belongs: boolean;
  /** A SELECT of `source` and `target` ids: one row a reference, dangling ones too. */
  readonly sql: string;
}

/**
 * All references of the model's tables, those inside arrays and objects included. A document belongs to what its first field that is an id
 * names: a message to its conversation, a bookmark to its user.
 */
export function referencesOf(model: Model): readonly Reference[] {
  return model.tables.flatMap((table) => {
    const owner = table.columns.find(({ references, name }) => references !== undefined && !table.moved.includes(name));
    return table.columns.flatMap((column) =>
      column.idPaths.map(({ path, table: target }) => ({
        table: table.name,
        target,
        belongs: column === owner,
        sql: idsSql(table, column, path),
      })),
    );
  });
}

function idsSql(table: TableModel, column: ColumnModel, path: string): string {
  const name = identifier(column.name);
  const from = `FROM ${qualified("raw", table.name)} WHERE ${name} IS NOT NULL`;
  if (column.sqlType === "VARCHAR") return `SELECT _id AS source, ${name} AS target ${from}`;
  const ids = `json_extract_string(${name}, ${literal(path)})`;
  return `SELECT _id AS source, ${path.includes("*") ? `unnest(${ids})` : ids} AS target ${from}`;
}
