import { mintId } from "./ids.mjs";

/** Between the creation times of rows of one parent. */
export const step = 2 ** -12;

/** Stores a row under the id its natural key gives. */
export function row({ store, numbers }, table, key, creationTime, fields) {
  store.row(table, mintId(numbers.get(table), table, key, creationTime), creationTime, fields);
}
