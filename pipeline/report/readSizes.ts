import type { Database } from "../db/database.js";
import { identifier } from "../db/quote.js";
import { selectOf, sqlFiles } from "../db/sqlFiles.js";
import { sizeViews } from "../model/sizeViews.js";
import type { Model } from "../model/types.js";
import type { Report } from "./report.js";

/** What tables and phases weigh, as the analytics say it that people ask for by name. Reads all rows and moved fields once. */
export async function readSizes(database: Database, model: Model): Promise<Report["sizes"]> {
  const views = sizeViews(model);
  for (const { name, sql } of views) await database.run(`CREATE OR REPLACE TEMP TABLE ${identifier(name)} AS ${sql}`);
  const tables = await database.rows(analytic("storageByTable"));
  const phases = await database.rows(analytic("storageByPhase"));
  for (const { name } of views) await database.run(`DROP TABLE temp.${identifier(name)}`);
  return {
    tables: tables.map(({ table, isNew, rows, bytesBefore, bytesAfter }) => ({
      table: String(table),
      isNew: isNew === true,
      rows: Number(rows),
      before: Number(bytesBefore),
      after: Number(bytesAfter),
    })),
    phases: phases.map(({ phase, bytesMoved, rows, bytesOfRows }) => ({
      phase: String(phase),
      moved: Number(bytesMoved),
      rows: Number(rows),
      made: Number(bytesOfRows),
    })),
  };
}

function analytic(name: string): string {
  const file = sqlFiles("analytics").find((one) => one.name === name);
  if (file === undefined) throw new Error(`sql/analytics/${name}.sql is missing`);
  return selectOf(file);
}
