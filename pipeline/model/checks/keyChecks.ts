import { identifier, literal, qualified } from "../../db/quote.js";
import type { ColumnModel, TableModel } from "../types.js";
import { type GeneratedCheck, namesWhere, offenders, rowsOf, unionAll } from "./offenders.js";

const normal = (table: TableModel): string => qualified("normal", table.name);

/**
 * Rows of a table whose key another row has as well, with the row that had it first. Keys are counted by hash, which is several times cheaper
 * than by text; only rows that share a hash are then compared.
 */
function repeated(table: TableModel, key: readonly string[], present: string): string {
  const columns = key.map(identifier).join(", ");
  return `(SELECT _id, first_value(_id) OVER same AS holder, row_number() OVER same AS ordinal
  FROM ${normal(table)}
  WHERE ${present} AND hash(${columns}) IN (SELECT hash(${columns}) AS h FROM ${normal(table)} GROUP BY h HAVING count(*) > 1)
  WINDOW same AS (PARTITION BY ${columns} ORDER BY _creationTime, _id)) AS rows`;
}

/** Every row has an `_id` of its own. */
export function primaryKeyCheck(tables: readonly TableModel[]): GeneratedCheck {
  return {
    name: "primaryKey",
    rule: "Every row of a normalized table has an _id, and no other row of the table has the same.",
    why: "Convex refuses a double _id, also at the second try; references would not say which row they mean.",
    remedy: "Ids are derived from natural keys: look for the two rows of one key, or report a defect of unnest.",
    severity: "error",
    covers: rowsOf(tables.map(normal)),
    sql: unionAll(
      tables.flatMap((table) => [
        offenders(table.name, "'_id is missing'", `FROM ${normal(table)} WHERE _id IS NULL`),
        offenders(
          table.name,
          "'_id is held by an earlier row as well'",
          `FROM ${repeated(table, ["_id"], "_id IS NOT NULL")} WHERE ordinal > 1`,
        ),
      ]),
    ),
  };
}

function keyColumns(table: TableModel): readonly ColumnModel[] {
  return table.columns.filter(({ name }) => table.naturalKey.includes(name));
}

/** Every row has a natural key of its own. The oldest row of a key counts; the others offend. */
export function naturalKeyCheck(tables: readonly TableModel[]): GeneratedCheck {
  return {
    name: "naturalKey",
    rule: "Every row of a normalized table has its whole natural key, and no other row of the table has the same.",
    why: "The natural key is what makes a repeated import step harmless: two rows of one key would never become one.",
    remedy: "Trace both rows to their documents: two elements gave the same key, and a rule should have merged them.",
    severity: "error",
    covers: rowsOf(tables.filter(({ naturalKey }) => naturalKey.length > 0).map(normal)),
    sql: unionAll(
      tables
        .filter(({ naturalKey }) => naturalKey.length > 0)
        .flatMap((table) => {
          const required = keyColumns(table).filter((column) => column.required);
          const missing = required.map(({ name }): [string, string] => [name, `${identifier(name)} IS NULL`]);
          const present = missing.map(([, condition]) => `NOT (${condition})`).join(" AND ") || "true";
          const label = literal(`[${table.naturalKey.join(", ")}] as in `);
          return [
            ...(missing.length === 0
              ? []
              : [
                  offenders(
                    table.name,
                    `'missing: ' || ${namesWhere(missing)}`,
                    `FROM ${normal(table)} WHERE ${missing.map(([, condition]) => condition).join(" OR ")}`,
                  ),
                ]),
            offenders(
              table.name,
              `${label} || coalesce(holder, 'a row without _id')`,
              `FROM ${repeated(table, table.naturalKey, present)} WHERE ordinal > 1`,
            ),
          ];
        }),
    ),
  };
}
