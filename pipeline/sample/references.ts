import { identifier, literal, qualified } from "../db/quote.js";
import { UnnestError } from "../errors.js";
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
    const owner = ownerOf(table);
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

/**
 * The table of which some documents are chosen: the one to which documents of the most existing tables belong by a required field. Derived,
 * so that no table is named here; with equals the one declared first.
 *
 * @throws INTERNAL where no table belongs to another
 */
export function rootTableOf(model: Model): string {
  const owners = model.existing.flatMap((table) => {
    const owner = ownerOf(table);
    return owner?.required === true && owner.references !== table.name ? [owner.references] : [];
  });
  const owning = ({ name }: TableModel): number => owners.filter((owner) => owner === name).length;
  const [root] = model.existing.toSorted((left, right) => owning(right) - owning(left));
  if (root !== undefined && owning(root) > 0) return root.name;
  throw new UnnestError("INTERNAL", "No table of the model belongs to another; a sample needs one to begin with.");
}

function ownerOf({ columns, moved }: TableModel): ColumnModel | undefined {
  return columns.find(({ references, name }) => references !== undefined && !moved.includes(name));
}

function idsSql(table: TableModel, column: ColumnModel, path: string): string {
  const name = identifier(column.name);
  const from = `FROM ${qualified("raw", table.name)} WHERE ${name} IS NOT NULL`;
  if (column.sqlType === "VARCHAR") return `SELECT _id AS source, ${name} AS target ${from}`;
  const ids = `json_extract_string(${name}, ${literal(path)})`;
  return `SELECT _id AS source, ${path.includes("*") ? `unnest(${ids})` : ids} AS target ${from}`;
}
