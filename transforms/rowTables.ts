import type { Transform } from "./defineTransform.js";

/** The tables whose rows a part is rebuilt from; those of the entities they refer to are not among them. */
export function rowTables({ writes, rebuildsFrom = {} }: Transform): readonly string[] {
  return [...Object.keys(writes), ...Object.keys(rebuildsFrom).filter((table) => rebuildsFrom[table] !== null)];
}
