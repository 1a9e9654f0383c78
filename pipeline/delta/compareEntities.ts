/**
 * Entities: rows that many parts share. One that is not there is the drift of every part that mentions it; two of one natural key are
 * to become one. What they say is aside, and so are those that nothing mentions any more (spec 5).
 */
import { entityMentions, type Transform } from "../../transforms/index.js";
import type { Database } from "../db/database.js";
import { identifier, literal, qualified } from "../db/quote.js";
import type { TableModel } from "../model/types.js";
import { mentionsRelation } from "../parts/relations.js";
import type { StageContext } from "../stage.js";
import { foundDrift } from "./foundDrift.js";
import { naturalKeyJson } from "./rowSide.js";

/**
 * Adds the parts that mention a missing entity to `found_drift`, and writes `delta.duplicates`.
 *
 * @param compared transforms of the phases that are compared
 */
export async function compareEntities(
  { database, model }: StageContext,
  compared: readonly Transform[],
): Promise<void> {
  await database.run(`CREATE OR REPLACE TABLE delta.duplicates (phase VARCHAR, "table" VARCHAR, "key" JSON)`);
  for (const name of Object.keys(entityMentions)) {
    const entity = model.table(name);
    const mentioning = compared.filter(({ mentions }) => mentions.includes(name));
    for (const transform of mentioning) await findMissing(database, entity, transform);
    if (mentioning.length > 0) await listDuplicates(database, entity);
  }
}

async function findMissing(database: Database, entity: TableModel, transform: Transform): Promise<void> {
  const { phase, part, table } = transform;
  const key = entity.naturalKey.map((name) => `m.${identifier(name)} IS NOT DISTINCT FROM e.${identifier(name)}`);
  await database.run(
    `INSERT INTO ${foundDrift}
     SELECT DISTINCT ${[phase, part, table].map(literal).join(", ")}, m.documentId, 'missing'
     FROM ${mentionsRelation(entity.name)} AS m
     JOIN ${qualified("raw", table)} AS d ON d._id = m.documentId
     JOIN (
       SELECT * FROM ${qualified("normal", entity.name)} WHERE _id NOT IN (SELECT _id FROM ${qualified("raw", entity.name)})
     ) AS e ON ${key.join(" AND ")}`,
  );
}

async function listDuplicates(database: Database, { name, phase, naturalKey }: TableModel): Promise<void> {
  await database.run(
    `INSERT INTO delta.duplicates
     SELECT ${literal(phase)}, ${literal(name)}, "key" FROM (
       SELECT ${naturalKeyJson(naturalKey, "t")} AS "key" FROM ${qualified("raw", name)} AS t WHERE t._fault IS NULL
     ) GROUP BY "key" HAVING count(*) > 1 ORDER BY "key"`,
  );
}
