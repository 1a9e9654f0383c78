/** `_tables/documents.jsonl`: the tables of an archive, or of one component, and their numbers. */
import { z } from "zod";
import { UnnestError } from "../errors.js";
import { maxTableNumber } from "./ids.js";
import { lines } from "./lines.js";
import type { StoredFile } from "./storedFile.js";
import { isTableName } from "./tableName.js";

const tableLine = z.object({ name: z.string(), id: z.number() });

/**
 * Reads a `_tables` file: numbers by name, in its order.
 * @param archive its path, for errors
 * Throws UnnestError TABLES_MALFORMED, TABLE_NAME_INVALID, TABLE_NUMBER_INVALID, TABLE_TWICE or TABLE_NUMBER_TWICE, with the line.
 */
export async function readTableNumbers(file: StoredFile, archive: string): Promise<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>();
  const names = new Map<number, string>();
  // A line of this file holds a name of 64 characters.
  for await (const line of lines(await file.open(), 4096, { file: archive, entry: file.path })) {
    const place = { file: archive, entry: file.path, line: line.number };
    const parsed = tableLine.safeParse(parseJson(line.bytes));
    if (!parsed.success) throw new UnnestError("TABLES_MALFORMED", "a line of _tables is no name and number", place);
    const { name, id } = parsed.data;
    // Names that begin with _ are Convex's own, and those tables are never listed.
    if (!isTableName(name) || name.startsWith("_"))
      throw new UnnestError("TABLE_NAME_INVALID", "a table in _tables has no valid name", place);
    if (!Number.isInteger(id) || id < 1 || id > maxTableNumber) {
      throw new UnnestError("TABLE_NUMBER_INVALID", `${id} is no table number`, { ...place, table: name });
    }
    if (numbers.has(name))
      throw new UnnestError("TABLE_TWICE", "_tables lists a table twice", { ...place, table: name });
    const other = names.get(id);
    if (other !== undefined) {
      throw new UnnestError("TABLE_NUMBER_TWICE", `the table has the number of ${other}`, { ...place, table: name });
    }
    numbers.set(name, id);
    names.set(id, name);
  }
  return numbers;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
