/** What an import leaves once its touches are folded, in a form that does not depend on the ids and times the deployment gave. */
import { normalizedTables } from "../../convex/schema/tables.js";
import type { EmbeddedDeployment } from "../../pipeline/embedded/embeddedDeployment.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { canonicalEncoding, type Value } from "../../transforms/index.js";
import { call } from "./migratingWorld.js";

export type Row = Readonly<Record<string, Value>>;

/** Rows as texts by table, in order; and each conversation's count of messages. */
export type State = Readonly<Record<string, readonly string[]>>;

const model = loadModel();

export async function finalState(deployment: EmbeddedDeployment): Promise<State> {
  await foldAll(deployment);
  const tables = new Map<string, readonly Row[]>();
  for (const table of [...Object.keys(normalizedTables), "conversations"])
    tables.set(table, (await call(deployment, "query", "testing:all", { table })) as readonly Row[]);
  return stateOf(tables);
}

async function foldAll(deployment: EmbeddedDeployment): Promise<void> {
  for (let more = true; more; )
    ({ more } = (await call(deployment, "mutation", "unnest:foldTouches", { before: Date.now() + 60_000 })) as {
      more: boolean;
    });
}

/** @param tables the normalized ones and `conversations` */
export function stateOf(tables: ReadonlyMap<string, readonly Row[]>): State {
  const names = namesOf(tables);
  return Object.fromEntries(
    [...tables].map(([table, rows]) => [table, rows.map((row) => text(table, row, names)).sort()]),
  );
}

/** Natural keys of entities by id. */
function namesOf(tables: ReadonlyMap<string, readonly Row[]>): ReadonlyMap<string, string> {
  const entities = ["tags", "sourceMetadata"].flatMap((table) =>
    (tables.get(table) ?? []).map((row): [string, string] => [
      String(row._id),
      JSON.stringify([table, ...model.table(table).naturalKey.map((column) => row[column] ?? null)]),
    ]),
  );
  return new Map(entities);
}

/** Birth columns aside, as everywhere; of a conversation the count alone. */
function text(table: string, row: Row, names: ReadonlyMap<string, string>): string {
  if (table === "conversations") return `${String(row._id)} ${String(row.messageCount)}`;
  const born = model
    .table(table)
    .columns.filter(({ birth }) => birth)
    .map(({ name }) => name);
  const kept = Object.entries(row).filter(([column]) => !column.startsWith("_") && !born.includes(column));
  const named = kept.map(([column, value]) => [
    column,
    typeof value === "string" ? (names.get(value) ?? value) : value,
  ]);
  return canonicalEncoding(Object.fromEntries(named));
}
