/**
 * From `staging.<table>` to `normal.<table>`: references to entities by id, ids of the rows' own, and the ids of rows
 * which the snapshot's new table already holds (dual-write was on), because references use those.
 */
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mintId } from "../convexFormat/ids.js";
import { identifier, literal, qualified } from "../db/quote.js";
import type { TableModel } from "../model/types.js";
import { entityReferences, keyColumn } from "../parts/relations.js";
import type { StageContext } from "../stage.js";
import { hasRows } from "./createRelations.js";

const normal = (table: string): string => qualified("normal", table);
const equal = (left: string, right: string): string => `${left} IS NOT DISTINCT FROM ${right}`;

/**
 * Fills `normal.<table>` from `staging.<table>`. Tables must come in foreign-key order.
 *
 * @param tableNumber number the minted ids carry
 */
export async function finishTable(context: StageContext, table: TableModel, tableNumber: number): Promise<void> {
  const { database, model } = context;
  const columns = new Set(
    (
      await database.rows<{ name: string }>(
        `SELECT column_name AS name FROM duckdb_columns() WHERE schema_name = 'staging' AND table_name = ${literal(table.name)}`,
      )
    ).map(({ name }) => name),
  );
  if (columns.size === 0) return;
  const references = entityReferences(model, table);
  const others = references.filter(({ entity }) => entity.name !== table.name);
  const own = references.filter(({ entity }) => entity.name === table.name);
  const selected = table.columns.map(({ name }) => {
    const at = others.findIndex(({ column }) => column === name);
    if (at >= 0) return `r${at}._id AS ${identifier(name)}`;
    if (own.some(({ column }) => column === name)) return `CAST(NULL AS VARCHAR) AS ${identifier(name)}`;
    return columns.has(name) ? `s.${identifier(name)} AS ${identifier(name)}` : `NULL AS ${identifier(name)}`;
  });
  const joins = others.map(({ column, entity }, index) => {
    const keys = entity.naturalKey.map((field) =>
      equal(`s.${identifier(keyColumn(column, field))}`, `r${index}.${identifier(field)}`),
    );
    return `LEFT JOIN ${normal(entity.name)} AS r${index} ON ${keys.join(" AND ")}`;
  });
  const hasIds = columns.has("_id") && !table.naturalKey.some((name) => others.some(({ column }) => column === name));
  const resolved = `SELECT ${hasIds ? "s._id, " : ""}s._creationTime, ${selected.join(", ")} FROM ${qualified("staging", table.name)} AS s ${joins.join(" ")}`;
  if (hasIds) await database.run(`INSERT INTO ${normal(table.name)} BY NAME ${resolved}`);
  else await insertWithIds(context, table, resolved, tableNumber);
  if (await hasRows(database, table.name)) await adoptExisting(context, table);
  for (const { column } of own) await resolveWithin(context, table, column);
}

/** Inserts rows that have no id yet with one each; the hash is TypeScript's, so their keys make a trip through it. */
async function insertWithIds(
  { database, paths }: StageContext,
  table: TableModel,
  resolved: string,
  tableNumber: number,
): Promise<void> {
  const waiting = qualified("staging", `${table.name} without ids`);
  await database.run(`CREATE TABLE ${waiting} AS ${resolved}`);
  const file = join(paths.spool, "ids.jsonl");
  const descriptor = openSync(file, "w", 0o600);
  try {
    // Behind a letter of ours: the client takes U+FEFF away from the beginning of a text, and two keys would have one id.
    const key = table.naturalKey.map((name) => `'=' || CAST(${identifier(name)} AS VARCHAR)`).join(", ");
    for await (const [rowid = [], time = [], ...keys] of database.columns(
      `SELECT CAST(rowid AS VARCHAR), CAST(_creationTime AS VARCHAR), ${key} FROM ${waiting}`,
    )) {
      const lines = rowid.map((row, index) => {
        const parts = keys.map((column) => column[index]?.slice(1) ?? "");
        return `{"r":${row},"i":"${mintId(tableNumber, table.name, parts, Number(time[index]))}"}\n`;
      });
      writeFileSync(descriptor, lines.join(""));
    }
  } finally {
    closeSync(descriptor);
  }
  await database.run(
    `INSERT INTO ${normal(table.name)} BY NAME SELECT m.i AS _id, w.* FROM ${waiting} AS w
     JOIN read_json(${literal(file)}, format = 'newline_delimited', columns = {r: 'BIGINT', i: 'VARCHAR'}) AS m ON m.r = w.rowid`,
  );
  await database.run(`DROP TABLE ${waiting}`);
  rmSync(file);
}

/** Rows that exist keep id, creation time, birth and application-owned columns; of two with one key the oldest counts. */
async function adoptExisting({ database }: StageContext, table: TableModel): Promise<void> {
  const keys = table.naturalKey.map((name) => equal(`t.${identifier(name)}`, `e.${identifier(name)}`)).join(" AND ");
  const kept = table.columns
    .filter(({ birth, applicationOwned }) => birth || applicationOwned)
    // An existing row that does not fit the schema may lack what every row must have.
    .map(
      ({ name, required }) =>
        `${identifier(name)} = ${required ? `coalesce(e.${identifier(name)}, t.${identifier(name)})` : `e.${identifier(name)}`}`,
    );
  const partition = table.naturalKey.map(identifier).join(", ");
  await database.run(
    `UPDATE ${normal(table.name)} AS t SET ${["_id = e._id", "_creationTime = e._creationTime", ...kept].join(", ")}
     FROM (SELECT * FROM ${qualified("raw", table.name)} QUALIFY row_number() OVER (PARTITION BY ${partition} ORDER BY _creationTime, _id) = 1) AS e WHERE ${keys}`,
  );
}

/** A reference into the same table (a tag's parent), once all ids stand. */
async function resolveWithin({ database }: StageContext, table: TableModel, column: string): Promise<void> {
  const key = table.naturalKey;
  const childKeys = key.map((field) => equal(`t.${identifier(field)}`, `s.${identifier(field)}`));
  const parentKeys = key.map((field) => equal(`p.${identifier(field)}`, `s.${identifier(keyColumn(column, field))}`));
  await database.run(
    `UPDATE ${normal(table.name)} AS t SET ${identifier(column)} = p._id
     FROM ${qualified("staging", table.name)} AS s JOIN ${normal(table.name)} AS p ON ${parentKeys.join(" AND ")}
     WHERE ${childKeys.join(" AND ")}`,
  );
}
