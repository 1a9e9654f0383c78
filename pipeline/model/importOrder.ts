import { UnnestError } from "../errors.js";
import type { TableModel } from "./types.js";

/**
 * Tables in foreign-key order: each stands behind all it references, and tables that others reference come first (spec 3). Tables of one
 * rank keep the order given. References to the table itself do not count; `selfReferences` tells of them.
 *
 * @throws INTERNAL when tables reference each other in a circle
 */
export function importOrder(tables: readonly TableModel[]): readonly TableModel[] {
  const referrers = (target: TableModel): TableModel[] =>
    tables.filter((table) => table !== target && table.columns.some(({ references }) => references === target.name));
  const ranks = new Map<TableModel, number>();
  /** The longest chain of tables that reference one another, ending at this one. */
  const rank = (table: TableModel, chain: readonly TableModel[]): number => {
    if (chain.includes(table)) {
      const circle = [...chain.slice(chain.indexOf(table)), table].map(({ name }) => name);
      throw new UnnestError("INTERNAL", `Tables reference each other in a circle: ${circle.join(" ← ")}.`);
    }
    const known = ranks.get(table);
    if (known !== undefined) return known;
    const found = Math.max(0, ...referrers(table).map((referrer) => 1 + rank(referrer, [...chain, table])));
    ranks.set(table, found);
    return found;
  };
  return tables
    .map((table) => ({ table, rank: rank(table, []) }))
    .sort((left, right) => right.rank - left.rank)
    .map(({ table }) => table);
}
