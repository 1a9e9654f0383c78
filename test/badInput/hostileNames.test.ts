/** Names of an input that every object knows already: they are data, in our code and in the libraries it hands them to. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import { quietEdge } from "../laws/quietEdge.js";
import { exportFiles, type Files, idOf, paths, user, writeFolder } from "./exportFiles.js";
import { expectRefusal, testFolder } from "./refusal.js";

const names = [
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "prototype",
  "constructorOfMuch",
];
const keys = '"__proto__":{"prev":1.0},"constructor":2.0,"toString":"x","hasOwnProperty":[{"__proto__":null}]';

/** A table of each name, in the application and in a component that is called so too, with documents that have such fields. */
function hostileExport(): Files {
  const numbers = names.map((name, index) => [name, 10010 + index] as const);
  const list = numbers.map(([name, id]) => `${JSON.stringify({ name, id })}\n`).join("");
  const tables = numbers.flatMap(([name, number]) =>
    ["", "_components/constructor/"].map((component) => {
      const members = `"any":{${keys}},"constructor":"x","valueOf":{${keys}}`;
      return [`${component}${name}/documents.jsonl`, `${user(idOf(1, number), members)}\n`];
    }),
  );
  return {
    ...exportFiles({ [paths.list]: `{"name":"users","id":10001}\n{"name":"messages","id":10003}\n${list}` }),
    "_components/constructor/_tables/documents.jsonl": list,
    ...Object.fromEntries(tables),
  };
}

/** The own properties of what all objects share, and of its functions, where libraries' lists would put theirs. */
function shared(): unknown {
  const descriptors = Object.getOwnPropertyDescriptors(Object.prototype);
  return Object.entries(descriptors).map(([name, { value }]) => [
    name,
    typeof value === "function" ? Object.getOwnPropertyNames(value).sort() : null,
  ]);
}

async function unnest(...args: string[]): Promise<string> {
  const { output, pieces, failure } = await runProgram(args, quietEdge());
  expect(failure).toBeNull();
  let text = output;
  for await (const piece of pieces ?? []) text += piece;
  return text;
}

test("leave what all objects share as it was, and come out as they went in", async () => {
  const folder = await testFolder();
  const [snapshot, out] = [join(folder, "export"), join(folder, "run")];
  await writeFolder(snapshot, hostileExport());
  const before = shared();

  const inspection = JSON.parse(await unnest("inspect", snapshot, "--json")) as { tables: { table: string }[] };
  expect(inspection.tables.map(({ table }) => table)).toEqual(
    expect.arrayContaining(names.flatMap((name) => [name, `_components/constructor/${name}`])),
  );
  await unnest("inspect", snapshot);
  await unnest("run", snapshot, "--out", out, "--quiet", "--threads", "1");
  await unnest("report", "--out", out);
  const query = `SELECT count(*) AS constructor, 1 AS __proto__ FROM raw."constructor"`;
  for (const format of ["table", "csv", "json"]) await unnest("query", "--out", out, "--format", format, query);
  for (const format of ["csv", "parquet", "arrow"]) await unnest("export", "--out", out, "--format", format);

  expect(shared()).toEqual(before);
  expect(await unnest("query", "--out", out, "--format", "csv", query)).toBe("constructor,__proto__\n1,1\n");
});

test.each<[where: string, files: Files]>([
  ["in _tables", { [paths.list]: '{"name":"users","id":10001}\n{"name":"__proto__","id":10002}\n' }],
  ["in _tables, a table of Convex's own", { [paths.list]: '{"name":"_storage","id":10002}\n' }],
  ["as a folder", { "__proto__/documents.jsonl": "" }],
  ["as a component", { "_components/__proto__/things/documents.jsonl": "" }],
])("begin with _ where only Convex may: refused, %s", async (_where, files) => {
  await expectRefusal(exportFiles(files), "TABLE_NAME_INVALID");
});
