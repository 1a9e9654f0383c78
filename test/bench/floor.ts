/**
 * The floor of the benchmark (spec 8): DuckDB alone reads the documents.jsonl files of an unpacked export and creates a
 * typed table from each, nested fields as lists of structs. What no pipeline that ends in DuckDB can be faster than. The
 * documents have to fit the old schema, as generated ones do.
 *
 * tsx test/bench/floor.ts <unpacked export> <database file> <threads> <memory limit in bytes>
 */
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { GenericValidator } from "convex/values";
import { oldSchema } from "../../convex/schema/oldSchema.js";
import { Database } from "../../pipeline/db/database.js";
import { identifier, literal } from "../../pipeline/db/quote.js";

/** The type of a field's column; an enumeration is a text, `any` is JSON. */
function sqlType(validator: GenericValidator): string {
  switch (validator.kind) {
    case "float64":
      return "DOUBLE";
    case "int64":
      return "BIGINT";
    case "boolean":
      return "BOOLEAN";
    case "string":
    case "id":
    case "literal":
      return "VARCHAR";
    case "array":
      return `${sqlType(validator.element)}[]`;
    case "object": {
      const fields = Object.entries(validator.fields as Record<string, GenericValidator>);
      return `STRUCT(${fields.map(([name, field]) => `${identifier(name)} ${sqlType(field)}`).join(", ")})`;
    }
    case "union":
      return validator.members.every(({ kind }: GenericValidator) => kind === "literal") ? "VARCHAR" : "JSON";
    default:
      return "JSON";
  }
}

function createTable(folder: string, table: string, fields: Record<string, GenericValidator>): string {
  const columns = Object.entries({ _id: "VARCHAR", _creationTime: "DOUBLE" }).concat(
    Object.entries(fields).map(([name, field]) => [name, sqlType(field)]),
  );
  const types = columns.map(([name, type]) => `${literal(name)}: ${literal(type)}`).join(", ");
  return `CREATE TABLE ${identifier(table)} AS SELECT * FROM read_json(${literal(join(folder, table, "documents.jsonl"))},
    format = 'newline_delimited', maximum_object_size = 67108864, columns = {${types}})`;
}

const [folder = "", file = "", threads = "", memoryLimit = ""] = process.argv.slice(2);
for (const path of [file, `${file}.wal`]) rmSync(path, { force: true });
const tables = Object.entries(oldSchema.tables).filter(([name]) => existsSync(join(folder, name, "documents.jsonl")));
const bytes = tables.reduce((sum, [name]) => sum + statSync(join(folder, name, "documents.jsonl")).size, 0);

const start = performance.now();
const database = await Database.open(file, {
  threads: Number(threads),
  memoryLimit: Number(memoryLimit),
  spillDirectory: `${file}.spill`,
});
for (const [name, { validator }] of tables) {
  await database.run(createTable(folder, name, validator.fields as Record<string, GenericValidator>));
}
const seconds = (performance.now() - start) / 1000;

const rows: Record<string, number> = {};
for (const [name] of tables) rows[name] = await database.count(`SELECT count(*) FROM ${identifier(name)}`);
database.close();
process.stdout.write(`${JSON.stringify({ seconds, bytes, peakBytes: process.resourceUsage().maxRSS * 1024, rows })}\n`);
