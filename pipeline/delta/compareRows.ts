/** One table of a part's rows: what the documents give against what the new table holds, by set operations in DuckDB. */
import type { Transform } from "../../transforms/index.js";
import { identifier, literal } from "../db/quote.js";
import { objectJson, valueJson } from "../model/rawColumns.js";
import type { TableModel } from "../model/types.js";
import type { StageContext } from "../stage.js";
import { differingTexts } from "./differingTexts.js";
import { foundDrift } from "./foundDrift.js";
import { rowsOfSide, valueColumns } from "./rowSide.js";

/**
 * Adds to `found_drift` the parts whose rows in this table are not what their documents give, each with its reasons. A full join on the
 * natural key; linear in the rows.
 *
 * @param table one of the transform's `writes`
 * @param parent its column with the document's id
 */
export async function compareRows(
  context: StageContext,
  transform: Transform,
  table: TableModel,
  parent: string,
): Promise<void> {
  const { database, model } = context;
  const key = table.naturalKey.map(identifier);
  const owner = identifier(parent);
  const texts = valueColumns(table).filter(({ sqlType }) => sqlType === "JSON");
  const plain = valueColumns(table).filter(({ sqlType }) => sqlType !== "JSON");
  const differs = (columns: readonly { readonly name: string }[]): string =>
    columns.length === 0
      ? "false"
      : columns.map(({ name }) => `w.${identifier(name)} IS DISTINCT FROM s.${identifier(name)}`).join(" OR ");
  const json = (alias: string): string =>
    objectJson(texts.map(({ name }) => [name, valueJson("JSON", `${alias}.${identifier(name)}`)]));
  await database.run(
    `CREATE OR REPLACE TEMP TABLE compared AS
     WITH wanted AS (${rowsOfSide(model, table, "normal")}),
     stored AS (
       SELECT *, row_number() OVER (PARTITION BY ${key.join(", ")} ORDER BY _creationTime, _id) AS place
       FROM (${rowsOfSide(model, table, "raw")})
     )
     SELECT coalesce(w.${owner}, s.${owner}) AS documentId,
       CASE
         WHEN s.place > 1 THEN 'duplicate'
         WHEN w._id IS NULL THEN 'orphan'
         WHEN s._id IS NULL THEN 'missing'
         WHEN s._extra IS NOT NULL OR ${differs(plain)} THEN 'stale'
         WHEN ${differs(texts)} THEN 'text'
       END AS reason,
       CASE WHEN ${differs(texts)} THEN ${json("w")} END AS wanted,
       CASE WHEN ${differs(texts)} THEN ${json("s")} END AS stored
     FROM wanted AS w
     FULL JOIN stored AS s ON ${key.map((name) => `w.${name} = s.${name}`).join(" AND ")}
     WHERE reason IS NOT NULL`,
  );
  const name = [transform.phase, transform.part, transform.table].map(literal).join(", ");
  await database.run(
    `INSERT INTO ${foundDrift} SELECT DISTINCT ${name}, documentId, reason FROM compared
     WHERE reason <> 'text' AND documentId IS NOT NULL`,
  );
  await differingTexts(
    context,
    "SELECT documentId, wanted, stored FROM compared WHERE reason = 'text'",
    (source) => `INSERT INTO ${foundDrift} SELECT DISTINCT ${name}, documentId, 'stale' FROM ${source}`,
  );
  await database.run("DROP TABLE compared");
}
