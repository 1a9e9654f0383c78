import { comparedColumns } from "../batches/comparedColumns.js";
import { identifier, qualified } from "../db/quote.js";
import type { ColumnModel, Model, TableModel } from "../model/types.js";
import { entityReferences } from "../parts/relations.js";

/** The relation a comparison looks at: rows as the snapshot's new tables hold them, or as its documents give them. */
export type Side = "raw" | "normal";

/**
 * Rows of a table with the natural key of each entity in place of its id: two rows of one tag, or an id minted here, make no
 * difference. A reference that leads nowhere is NULL.
 *
 * @returns a SELECT of `_id`, `_creationTime` and the compared columns; of `raw` also `_extra`, without rows that name no parent
 */
export function rowsOfSide(model: Model, table: TableModel, side: Side): string {
  const references = entityReferences(model, table);
  const columns = comparedColumns(table).map(({ name }) => {
    const at = references.findIndex(({ column }) => column === name);
    return at < 0 ? `t.${identifier(name)}` : `${keyText(references[at]?.entity, `e${at}`)} AS ${identifier(name)}`;
  });
  const joins = references.map(
    ({ column, entity }, at) =>
      `LEFT JOIN ${qualified(side, entity.name)} AS e${at} ON e${at}._id = t.${identifier(column)}`,
  );
  const extra = side === "raw" ? ["t._extra"] : [];
  return `SELECT ${["t._id", "t._creationTime", ...extra, ...columns].join(", ")} FROM ${qualified(side, table.name)} AS t ${joins.join(" ")}`;
}

/** An entity's natural key as one text; NULL where it was not found. */
function keyText(entity: TableModel | undefined, alias: string): string {
  return `CASE WHEN ${alias}._id IS NOT NULL THEN ${naturalKeyJson(entity?.naturalKey ?? [], alias)} END`;
}

/** A natural key as a JSON array of texts, null for an absent one. */
export function naturalKeyJson(columns: readonly string[], alias: string): string {
  return `CAST(to_json([${columns.map((name) => `${alias}.${identifier(name)}`).join(", ")}]) AS VARCHAR)`;
}

/** Compared columns beyond the natural key, whose values two rows of one key must share. */
export function valueColumns(table: TableModel): readonly ColumnModel[] {
  return comparedColumns(table).filter(({ name }) => !table.naturalKey.includes(name));
}
