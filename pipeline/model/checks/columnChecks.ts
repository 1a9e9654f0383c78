import { identifier, literal, qualified } from "../../db/quote.js";
import type { ColumnModel, TableModel } from "../types.js";
import { jsonFits } from "./jsonFits.js";
import { type GeneratedCheck, namesWhere, offenders, rowsOf, unionAll } from "./offenders.js";

const normal = ({ name }: TableModel): string => qualified("normal", name);

const isEnumeration = ({ literals, sqlType }: ColumnModel): boolean => literals !== undefined && sqlType === "VARCHAR";

/** One query a table: its rows for which one of the conditions holds, with the columns concerned. */
function rowsWhere(
  tables: readonly TableModel[],
  label: string,
  conditionsOf: (table: TableModel) => readonly (readonly [string, string])[],
): string {
  return unionAll(
    tables.flatMap((table) => {
      const conditions = conditionsOf(table);
      if (conditions.length === 0) return [];
      return offenders(
        table.name,
        `${literal(`${label}: `)} || ${namesWhere(conditions)}`,
        `FROM ${normal(table)} WHERE ${conditions.map(([, condition]) => condition).join(" OR ")}`,
      );
    }),
  );
}

/** Required columns hold a value. Columns of natural keys are the key check's. */
export function requiredFieldsCheck(tables: readonly TableModel[]): GeneratedCheck {
  return {
    name: "requiredFields",
    rule: "Every column that the schema requires holds a value.",
    why: "Convex refuses the row, and with it the whole import.",
    remedy: "Trace the row to its element: one that lacks what a row requires must be rejected by its rule.",
    severity: "error",
    covers: rowsOf(tables.map(normal)),
    sql: rowsWhere(tables, "missing", (table) =>
      table.columns
        .filter(({ name, required }) => required && !table.naturalKey.includes(name))
        .map(({ name }): [string, string] => [name, `${identifier(name)} IS NULL`]),
    ),
  };
}

/** Enumerations hold one of their texts. */
export function enumerationsCheck(tables: readonly TableModel[]): GeneratedCheck {
  return {
    name: "enumerations",
    rule: "Every column that is an enumeration holds one of the texts the schema allows.",
    why: "Convex refuses the row, and code that switches over the texts falls through.",
    remedy: "Trace the row to its element: a text the schema does not allow must be rejected by the rule.",
    severity: "error",
    covers: rowsOf(tables.filter(({ columns }) => columns.some(isEnumeration)).map(normal)),
    sql: rowsWhere(tables, "none of the allowed texts", (table) =>
      table.columns
        .filter(isEnumeration)
        .map(({ name, literals = [] }): [string, string] => [
          name,
          `coalesce(${identifier(name)} NOT IN (${literals.map(literal).join(", ")}), false)`,
        ]),
    ),
  };
}

/** Values inside JSON columns match the schema, and times are such as an import accepts. Typed columns cannot hold a wrong type. */
export function fieldTypesCheck(tables: readonly TableModel[]): GeneratedCheck {
  return {
    name: "fieldTypes",
    rule: "Every object and array in a column matches the schema, and _creationTime is above 0 and below 2^53.",
    why: "Convex refuses the row: its objects are strict at every level.",
    remedy:
      "Trace the row to its element: the rule let a field pass that the schema does not have, or in another type.",
    severity: "error",
    covers: rowsOf(tables.map(normal)),
    sql: rowsWhere(tables, "does not match the schema", (table) => [
      // Without a value, or with NaN, which DuckDB sorts above all numbers, it is not below 2^53 either.
      ["_creationTime", "NOT coalesce(_creationTime > 0 AND _creationTime < 9007199254740992, false)"],
      ...table.columns.flatMap(({ name, sqlType, validator }): [string, string][] => {
        if (sqlType !== "JSON" || validator.kind === "any") return [];
        return [[name, `coalesce(NOT ${jsonFits(identifier(name), validator)}, false)`]];
      }),
    ]),
  };
}
