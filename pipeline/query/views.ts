/** What queries find beside the run's own tables: temporary views, made anew for each. Nothing of this is stored. */
import { knownValues, transforms } from "../../transforms/index.js";
import type { Database } from "../db/database.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { requiredHeader, selectOf, sqlFiles } from "../db/sqlFiles.js";
import { fieldBytes, valueJson } from "../model/rawColumns.js";
import type { Model, TableModel } from "../model/types.js";

export interface ViewDefinition {
  readonly name: string;
  /** What one row is. */
  readonly meaning: string;
  readonly sql: string;
}

const folder = "views";

/** The views of `sql/views/`, those that follow from the model, and what the rules know by heart. */
export function viewDefinitions(model: Model): readonly ViewDefinition[] {
  const files = sqlFiles(folder).map((file) => ({
    name: file.name,
    meaning: requiredHeader(folder, file, "One row"),
    sql: selectOf(file),
  }));
  const sizes = [
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
  return [...files, ...sizes, ...Object.entries(knownValues).map(knownView)];
}

/** Adds the views to a database that is not sealed yet. */
export async function createViews(database: Database, model: Model): Promise<void> {
  for (const { name, sql } of viewDefinitions(model))
    await database.run(`CREATE TEMP VIEW ${identifier(name)} AS ${sql}`);
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

function knownView([name, { meaning, columns, rows }]: [string, (typeof knownValues)[string]]): ViewDefinition {
  const lines = rows.map((row) => `(${row.map(literal).join(", ")})`);
  return {
    name,
    meaning,
    sql: `SELECT * FROM (VALUES ${lines.join(", ")}) AS known(${columns.map(identifier).join(", ")})`,
  };
}
