/** `meta.figures`: the figures of spec 4, each a file of `sql/figures/`, and rows and bytes by table. */
import { literal, qualified } from "../db/quote.js";
import { headerOf, requiredHeader, selectOf, sqlFiles } from "../db/sqlFiles.js";
import { inSqlFile } from "../run/inSqlFile.js";
import type { StageContext } from "../stage.js";

/** A figure without a value (a share of nothing) is left out. */
export async function writeFigures({ database, model }: StageContext): Promise<void> {
  await database.run(
    "CREATE OR REPLACE TABLE meta.figures (name VARCHAR, value DOUBLE, unit VARCHAR, goal VARCHAR, met BOOLEAN)",
  );
  for (const file of sqlFiles("figures")) {
    const name = literal(requiredHeader("figures", file, "Figure"));
    const unit = literal(requiredHeader("figures", file, "Unit"));
    const goal = literal(headerOf(file, "Goal"));
    await inSqlFile("figures", file.name, () =>
      database.run(
        `INSERT INTO meta.figures SELECT ${name}, CAST(value AS DOUBLE), ${unit}, ${goal}, met FROM (${selectOf(file)}) WHERE value IS NOT NULL`,
      ),
    );
  }
  await database.run(
    `INSERT INTO meta.figures SELECT 'rows in the snapshot: ' || name, "rows", 'rows', NULL, NULL FROM meta.tables WHERE component = '' AND "rows" > 0 ORDER BY name`,
  );
  await database.run(
    `INSERT INTO meta.figures SELECT 'bytes in the snapshot: ' || name, bytes, 'bytes of JSON', NULL, NULL FROM meta.tables WHERE component = '' AND "rows" > 0 ORDER BY name`,
  );
  for (const { name } of model.normalized) {
    await database.run(
      `INSERT INTO meta.figures SELECT ${literal(`rows made: ${name}`)}, count(*), 'rows', NULL, NULL FROM ${qualified("normal", name)} HAVING count(*) > 0`,
    );
  }
}
