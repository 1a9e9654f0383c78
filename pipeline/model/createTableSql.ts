import { identifier, qualified } from "../db/quote.js";
import type { TableModel } from "./types.js";

/**
 * `CREATE TABLE` for the rows of a table. It states no constraint: the checks must be able to see rows that break one, and report them all.
 *
 * @param table the table
 * @param schema schema of `work.duckdb` it is created in
 */
export function createTableSql(table: TableModel, schema: string): string {
  const columns = ["_id VARCHAR", "_creationTime DOUBLE"].concat(
    table.columns.map(({ name, sqlType }) => `${identifier(name)} ${sqlType}`),
  );
  return `CREATE TABLE ${qualified(schema, table.name)} (\n  ${columns.join(",\n  ")}\n)`;
}
