import { decodeId } from "../convexFormat/ids.js";
import type { Database } from "../db/database.js";
import { literal, qualified } from "../db/quote.js";
import { UnnestError } from "../errors.js";
import type { IdTable } from "../model/validateValue.js";
import { readFacts } from "../parts/facts.js";
import type { StageContext } from "../stage.js";
import type { Ingested } from "./ingestTable.js";
import { judgeDocuments } from "./judgeDocuments.js";
import { type RawTable, setAsideTable } from "./rawTable.js";

const setAsideList = qualified("raw", setAsideTable);

/**
 * Judges the documents of the model's tables and lists those that do not fit. They stay in their raw tables, with the reason.
 * @param tables all raw tables, filled; `meta.tables` tells their numbers
 * @param rows those that the archive holds
 * @param folder for short-lived files
 * Throws UnnestError DOCUMENTS_SET_ASIDE with `--strict`, naming the first.
 */
export async function setAsideDocuments(
  { database, model, options, progress, signal }: StageContext,
  tables: readonly RawTable[],
  rows: ReadonlyMap<RawTable, Ingested>,
  folder: string,
): Promise<void> {
  await database.run(`CREATE TABLE ${setAsideList} ("table" VARCHAR, _id VARCHAR, line UBIGINT, reason VARCHAR)`);
  const { tableNumbers } = await readFacts(database, model);
  const idTable = tableOfId(tableNumbers);
  const rawTables = new Map(tables.map((table) => [table.name, table]));
  const held = tables.filter(({ archive }) => archive !== null);
  progress.start("schema", held.length);
  for (const table of held) {
    signal.throwIfAborted();
    progress.advance(1);
    if (table.model === null || rows.get(table)?.documents === 0) continue;
    const faults = await judgeDocuments(table, table.model, { database, rawTables, idTable, folder });
    if (faults === 0) continue;
    await database.run(`UPDATE meta.tables SET faults = ${faults} WHERE raw = ${literal(table.name)}`);
    await database.run(
      `INSERT INTO ${setAsideList}
       SELECT ${literal(table.name)}, _id, _line, _fault FROM ${table.sql} WHERE _fault IS NOT NULL ORDER BY _line`,
    );
  }
  progress.finish();
  if (options.strict) await refuseSetAside(database, options.snapshot);
}

function tableOfId(tableNumbers: Readonly<Record<string, number>>): IdTable {
  const names = new Map(Object.entries(tableNumbers).map(([name, number]) => [number, name]));
  return (text) => names.get(decodeId(text)?.tableNumber ?? 0) ?? null;
}

async function refuseSetAside(database: Database, snapshot: string): Promise<void> {
  const documents = await database.count(`SELECT count(*) FROM ${setAsideList}`);
  const [first] = await database.rows<{ table: string; _id: string; line: string; reason: string }>(
    `SELECT "table", _id, line, reason FROM ${setAsideList} LIMIT 1`,
  );
  if (first === undefined) return;
  throw new UnnestError(
    "DOCUMENTS_SET_ASIDE",
    `${documents} documents do not fit the schema; the first: ${first.reason}`,
    {
      file: snapshot,
      table: first.table,
      line: Number(first.line),
      documentId: first._id,
      documents,
    },
  );
}
