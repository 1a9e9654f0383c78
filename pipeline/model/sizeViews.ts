/** What tables and moved fields weigh, as views: queries find them by name, and the report asks them. */
import { transforms } from "../../transforms/index.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { fieldBytes, valueJson } from "./rawColumns.js";
import type { Model, TableModel } from "./types.js";

export interface ViewDefinition {
  readonly name: string;
  /** What one row is. */
  readonly meaning: string;
  readonly sql: string;
}

/** `rowSizes` and `movedFieldSizes`; each reads all of its tables. */
export function sizeViews(model: Model): readonly ViewDefinition[] {
  return [
    {
      name: "rowSizes",
      meaning: 'a normalized table ("table", phase) with its "rows" and their bytes as lines of an export',
      sql: model.normalized.map(rowSize).join(" UNION ALL "),
    },
    {
      name: "movedFieldSizes",
      meaning:
        'a field that a phase moves out ("table", field, phase), the documents that have it, and its bytes in their lines of the export',
      sql: transforms
        .flatMap(({ table, phase, moves }) => moves.map((field) => fieldSize(table, field, phase)))
        .join(" UNION ALL "),
    },
  ];
}

/** Of a line: two braces and a line end, and no comma behind the last field. */
const lineBytes = 2;

function rowSize({ name, phase, columns }: TableModel): string {
  const fields = [
    { name: "_id", sqlType: "VARCHAR" as const },
    { name: "_creationTime", sqlType: "DOUBLE" as const },
    ...columns,
  ].map((column) => fieldBytes(column.name, valueJson(column.sqlType, identifier(column.name))));
  return `SELECT ${literal(name)} AS "table", ${literal(phase)} AS phase, count(*) AS "rows",
    coalesce(sum(${[lineBytes, ...fields].join(" + ")}), 0)::BIGINT AS bytes FROM ${qualified("normal", name)}`;
}

function fieldSize(table: string, field: string, phase: string): string {
  const bytes = fieldBytes(field, valueJson("JSON", identifier(field)));
  return `SELECT ${literal(table)} AS "table", ${literal(field)} AS field, ${literal(phase)} AS phase, count(${identifier(field)}) AS documents,
    coalesce(sum(${bytes}), 0)::BIGINT AS bytes FROM ${qualified("raw", table)}`;
}
