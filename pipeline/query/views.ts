/** What queries find beside the run's own tables: temporary views, made anew for each. Nothing of this is stored. */
import { knownValues } from "../../transforms/index.js";
import type { Database } from "../db/database.js";
import { identifier, literal } from "../db/quote.js";
import { requiredHeader, selectOf, sqlFiles } from "../db/sqlFiles.js";
import { sizeViews, type ViewDefinition } from "../model/sizeViews.js";
import type { Model } from "../model/types.js";

const folder = "views";

/** The views of `sql/views/`, those that follow from the model, and what the rules know by heart. */
export function viewDefinitions(model: Model): readonly ViewDefinition[] {
  const files = sqlFiles(folder).map((file) => ({
    name: file.name,
    meaning: requiredHeader(folder, file, "One row"),
    sql: selectOf(file),
  }));
  return [...files, ...sizeViews(model), ...Object.entries(knownValues).map(knownView)];
}

/** Adds the views to a database that is not sealed yet. */
export async function createViews(database: Database, model: Model): Promise<void> {
  for (const { name, sql } of viewDefinitions(model))
    await database.run(`CREATE TEMP VIEW ${identifier(name)} AS ${sql}`);
}

function knownView([name, { meaning, columns, rows }]: [string, (typeof knownValues)[string]]): ViewDefinition {
  const lines = rows.map((row) => `(${row.map(literal).join(", ")})`);
  return {
    name,
    meaning,
    sql: `SELECT * FROM (VALUES ${lines.join(", ")}) AS known(${columns.map(identifier).join(", ")})`,
  };
}
