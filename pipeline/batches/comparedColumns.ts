import type { ColumnModel, TableModel } from "../model/types.js";

/** Columns two rows of one key must share; birth and application-owned columns are left out of comparisons (spec 4). */
export function comparedColumns(table: TableModel): readonly ColumnModel[] {
  return table.columns.filter(({ birth, applicationOwned }) => !birth && !applicationOwned);
}
