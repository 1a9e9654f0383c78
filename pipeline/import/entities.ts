/** Tags and pages that parts refer to, as batches carry them. */
import { mkdirSync } from "node:fs";
import {
  canonicalEncoding,
  type EntityReference,
  encodeEntity,
  entityMentions,
  type SourceDocument,
  type Value,
} from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import type { Database } from "../db/database.js";
import { identifier, literalList, qualified } from "../db/quote.js";
import { objectJson, valueJson } from "../model/rawColumns.js";
import type { Model, TableModel } from "../model/types.js";
import { entityName } from "../parts/encodeDocuments.js";
import { ingest } from "../parts/ingest.js";
import { Outputs, type RelationColumn } from "../parts/outputs.js";
import { entityReferences } from "../parts/relations.js";
import { rowCost } from "../parts/rowCost.js";

/** An entity as a batch carries it, and what it costs to be born. */
export interface PlannedEntity {
  readonly number: number;
  readonly text: string;
  readonly documentBytes: number;
  readonly writeBytes: number;
  /** The snapshot's own tables hold it already. */
  readonly isThere: boolean;
}

const columns: readonly RelationColumn[] = [
  { name: "number", sqlType: "BIGINT" },
  { name: "name", sqlType: "VARCHAR" },
  { name: "text", sqlType: "VARCHAR" },
  { name: "documentBytes", sqlType: "BIGINT" },
  { name: "writeBytes", sqlType: "BIGINT" },
  { name: "isThere", sqlType: "BOOLEAN" },
];

/**
 * Writes the temporary table `plan_entities`: every entity of the run under its name (`entityName`), in the encoding of batches.
 *
 * @param directory for a file on its way
 * @returns how many there are; their numbers are below that
 */
export async function encodeEntities(database: Database, model: Model, directory: string): Promise<number> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const outputs = new Outputs(directory, "entities", () => columns);
  let number = 0;
  for (const table of Object.keys(entityMentions).map((name) => model.table(name))) {
    for await (const [rows = [], there = []] of database.columns(entityQuery(model, table))) {
      for (const [at, row] of rows.entries()) {
        const { name, entity } = encode(model, table, row ?? "{}");
        const { documentBytes, writeBytes } = rowCost(model, entity);
        outputs.write("entities", {
          number: BigInt(number++),
          name,
          text: canonicalEncoding(entity as unknown as Value),
          documentBytes: BigInt(documentBytes),
          writeBytes: BigInt(writeBytes),
          isThere: there[at] === "true",
        });
      }
    }
  }
  await database.run(
    `CREATE OR REPLACE TEMP TABLE plan_entities (${columns.map(({ name, sqlType }) => `${identifier(name)} ${sqlType}`).join(", ")})`,
  );
  await ingest(database, "temp", "plan_entities", columns, Object.values(outputs.close()));
  return number;
}

/** An entity's row as JSON, with the natural keys of those it refers to; and whether the snapshot holds it. */
function entityQuery(model: Model, table: TableModel): string {
  const references = entityReferences(model, table);
  const own = objectJson(
    ["_id", ...table.columns.map(({ name }) => name)].map((name): [string, string] => [
      name,
      valueJson(table.columns.find((column) => column.name === name)?.sqlType ?? "VARCHAR", `t.${identifier(name)}`),
    ]),
  );
  const keys = references.map(({ column, entity }, at): [string, string] => [
    column,
    `CASE WHEN r${at}._id IS NOT NULL THEN ${objectJson(entity.naturalKey.map((name): [string, string] => [name, valueJson("VARCHAR", `r${at}.${identifier(name)}`)]))} END`,
  ]);
  const joins = references.map(
    ({ column, entity }, at) =>
      `LEFT JOIN ${qualified("normal", entity.name)} AS r${at} ON r${at}._id = t.${identifier(column)}`,
  );
  return `SELECT ${objectJson([
    ["row", own],
    ["refs", objectJson(keys)],
  ])}, CAST(e._id IS NOT NULL AS VARCHAR)
    FROM ${qualified("normal", table.name)} AS t ${joins.join(" ")}
    LEFT JOIN ${qualified("raw", table.name)} AS e ON e._id = t._id ORDER BY t._id`;
}

type Key = Readonly<Record<string, string>>;

function encode(model: Model, table: TableModel, text: string) {
  const { row, refs } = decodeValue(text) as unknown as { row: SourceDocument; refs: Readonly<Record<string, Key>> };
  const referring = entityReferences(model, table).flatMap(({ column, entity }): EntityReference[] => {
    const key = refs[column];
    return key === undefined ? [] : [{ column, table: entity.name, key: keyOf(entity, key) }];
  });
  return { name: entityName(table.name, keyOf(table, row as Key)), entity: encodeEntity(table.name, row, referring) };
}

function keyOf({ naturalKey }: TableModel, row: Key): readonly (string | null)[] {
  return naturalKey.map((column) => row[column] ?? null);
}

/** The entities of these names. Costs a scan of their names. */
export async function readEntities(
  database: Database,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, PlannedEntity>> {
  if (names.size === 0) return new Map();
  const rows = await database.rows<{
    name: string;
    number: string;
    text: string;
    documentBytes: string;
    writeBytes: string;
    isThere: boolean;
  }>(`SELECT * FROM plan_entities WHERE name IN (SELECT unnest(${literalList([...names])}))`);
  return new Map(
    rows.map(({ name, number, text, documentBytes, writeBytes, isThere }) => [
      name,
      { number: Number(number), text, documentBytes: Number(documentBytes), writeBytes: Number(writeBytes), isThere },
    ]),
  );
}
