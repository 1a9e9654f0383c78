/** What the transforms' environment stands on, read off the loaded snapshot. */
import { decodeId } from "../convexFormat/ids.js";
import type { Database } from "../db/database.js";
import { identifier, qualified } from "../db/quote.js";
import { selectOf, sqlFiles } from "../db/sqlFiles.js";
import type { Model } from "../model/types.js";
import type { EnvironmentFacts } from "./environment.js";

export async function readFacts(database: Database, model: Model): Promise<EnvironmentFacts> {
  const numbers = await database.rows<{ name: string; number: string | number | null }>(
    `SELECT name, number FROM meta.tables WHERE component = '' AND number IS NOT NULL
     UNION ALL SELECT name, number FROM meta.table_numbers WHERE minted`,
  );
  const tableNumbers = Object.fromEntries(numbers.map(({ name, number }) => [name, Number(number)]));
  const files = await storageIds(database);
  const storage =
    files[0] === undefined ? await commonestStorageNumber(database, model) : decodeId(files[0])?.tableNumber;
  return {
    tableNumbers: storage === undefined ? tableNumbers : { ...tableNumbers, _storage: storage },
    storageListed: files.length > 0,
  };
}

async function storageIds(database: Database): Promise<readonly string[]> {
  const listed = await database.count("SELECT count(*) FROM meta.tables WHERE component = '' AND name = '_storage'");
  if (listed === 0) return [];
  return (await database.rows<{ id: string }>(`SELECT _id AS id FROM ${qualified("raw", "_storage")} LIMIT 1`)).map(
    ({ id }) => id,
  );
}

/**
 * The table number most `→ _storage` fields carry (spec 4, phase 1), for an export without file storage; where no document has such a
 * field, the one most moved fields carry, which name files in elements that the schema calls plain texts.
 */
async function commonestStorageNumber(database: Database, model: Model): Promise<number | undefined> {
  const ofColumns = model.existing.flatMap((table) =>
    table.columns
      .filter(({ references }) => references === "_storage")
      .map(({ name }) => `SELECT ${identifier(name)} AS id FROM ${qualified("raw", table.name)}`),
  );
  return (
    (await commonestNumber(database, ofColumns)) ?? (await commonestNumber(database, sqlFiles("facts").map(selectOf)))
  );
}

async function commonestNumber(database: Database, queries: readonly string[]): Promise<number | undefined> {
  const votes = new Map<number, number>();
  for (const query of queries) {
    for await (const [ids = []] of database.columns(`SELECT id FROM (${query}) WHERE id IS NOT NULL`)) {
      for (const id of ids) {
        const number = decodeId(id ?? "")?.tableNumber;
        if (number !== undefined) votes.set(number, (votes.get(number) ?? 0) + 1);
      }
    }
  }
  return [...votes].sort(([left, most], [right, second]) => second - most || left - right)[0]?.[0];
}
