/**
 * Rows that the snapshot's new tables already hold, because dual-write was on: an equal one is left out of the package, a
 * different or unmatched one is listed. `meta.existing("table", _id, state)`.
 */
import { comparedColumns } from "../batches/comparedColumns.js";
import { identifier, literal, qualified } from "../db/quote.js";
import type { StageContext } from "../stage.js";

export async function compareExisting({ database, model }: StageContext): Promise<void> {
  await database.run(`CREATE OR REPLACE TABLE meta.existing ("table" VARCHAR, _id VARCHAR, state VARCHAR)`);
  for (const table of model.normalized) {
    const differences = comparedColumns(table).map(
      ({ name }) => `t.${identifier(name)} IS DISTINCT FROM e.${identifier(name)}`,
    );
    await database.run(
      `INSERT INTO meta.existing
       SELECT ${literal(table.name)}, e._id, CASE WHEN t._id IS NULL THEN 'unmatched' WHEN ${["e._extra IS NOT NULL", ...differences].join(" OR ")} THEN 'different' ELSE 'equal' END
       FROM ${qualified("raw", table.name)} AS e LEFT JOIN ${qualified("normal", table.name)} AS t ON t._id = e._id`,
    );
  }
}
