import { objectJson, valueJson } from "../model/rawColumns.js";

const text = (name: string): [string, string] => [name, valueJson("VARCHAR", `"${name}"`)];

/** Lines of `ledger.jsonl`; an entry without a value has no `value`, since null is a value too. */
export const ledgerSql = `SELECT ${objectJson([
  ...["phase", "code", "kind", "table", "documentId", "path"].map(text),
  ["value", valueJson("JSON", '"value"')],
  text("detail"),
])} FROM ledger.entries ORDER BY phase, "table", documentId, path, code, kind, detail, CAST("value" AS VARCHAR)`;

/** Lines of `package/patches.jsonl`. A field whose `expect` is `{"$undefined":null}` must be absent. */
export const patchesSql = `SELECT ${objectJson([
  text("table"),
  ["_id", valueJson("VARCHAR", "documentId")],
  ["expect", "CAST(json_extract(patch, '/expect') AS VARCHAR)"],
  ["set", "CAST(json_extract(patch, '/set') AS VARCHAR)"],
  ["unset", "CAST(json_extract(patch, '/unset') AS VARCHAR)"],
])} FROM ledger.entries WHERE patch IS NOT NULL ORDER BY "table", documentId, path`;
