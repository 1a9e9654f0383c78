import { normalizedTables } from "../../convex/schema/tables.js";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { objectJson, valueJson } from "../../pipeline/model/rawColumns.js";
import { withRun } from "../../pipeline/run/openRun.js";
import { type Row, type State, stateOf } from "./finalState.js";

/** What the deployment a run was made of is to hold in the end: the run's rows, and its conversations with their true counts. */
export async function expectedState(root: string): Promise<State> {
  const needs = { root, stage: "transform", scratch: false, threads: 1, memoryLimit: 2 ** 28 };
  return await withRun(needs, async ({ database }) => {
    const tables = new Map<string, readonly Row[]>();
    const read = async (sql: string): Promise<readonly Row[]> =>
      (await database.rows<{ row: string }>(sql)).map(({ row }) => decodeValue(row) as unknown as Row);
    for (const table of Object.keys(normalizedTables)) {
      const columns = [{ name: "_id", sqlType: "VARCHAR" as const }, ...loadModel().table(table).columns];
      const pairs = columns.map(({ name, sqlType }): [string, string] => [name, valueJson(sqlType, `"${name}"`)]);
      tables.set(table, await read(`SELECT ${objectJson(pairs)} AS row FROM normal."${table}"`));
    }
    const counted = `SELECT count(*) FROM raw.messages AS m WHERE m.conversationId = c._id`;
    const pairs: [string, string][] = [
      ["_id", valueJson("VARCHAR", "c._id")],
      ["messageCount", valueJson("DOUBLE", `CAST((${counted}) AS DOUBLE)`)],
    ];
    tables.set("conversations", await read(`SELECT ${objectJson(pairs)} AS row FROM raw.conversations AS c`));
    return stateOf(tables);
  });
}
