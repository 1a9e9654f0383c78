/** The facts a transform's `Environment` stands on, as plain data, so that a worker thread can be given them. */
import type { Environment } from "../../transforms/index.js";
import { decodeId } from "../convexFormat/ids.js";
import type { IdTable } from "../model/validateValue.js";

export interface EnvironmentFacts {
  /** Table number by name, `_storage` included where it is known. */
  readonly tableNumbers: Readonly<Record<string, number>>;
  readonly storageListed: boolean;
}

export function environmentOf(facts: EnvironmentFacts): Environment {
  const numbers = new Map(Object.entries(facts.tableNumbers));
  return {
    isIdOf: (table, text) => {
      const wanted = numbers.get(table);
      return wanted !== undefined && decodeId(text)?.tableNumber === wanted;
    },
    storageListed: facts.storageListed,
  };
}

/** Tells the table of an id by these numbers. */
export function idTableOf({ tableNumbers }: Pick<EnvironmentFacts, "tableNumbers">): IdTable {
  const names = new Map(Object.entries(tableNumbers).map(([name, number]) => [number, name]));
  return (text) => names.get(decodeId(text)?.tableNumber ?? 0) ?? null;
}
