/** What is wrong with an application's mounting, found out when a phase is switched on. */
import type { GenericDatabaseWriter } from "convex/server";
import { anyReader, anyWriter } from "../documents.js";
import { isPhase, type Phase } from "../phases.js";
import type { DataModel } from "../runtime.js";
import { partRowTablesOf } from "./phaseTables.js";
import type { Reason } from "./refuse.js";

type Writer = GenericDatabaseWriter<DataModel>;

/** Reasons against switching a phase on in this deployment. */
export async function unmounted(db: Writer, phase: Phase): Promise<Reason[]> {
  return [...(await missingTables(db, phase)), ...(await earlierSwitches(db))];
}

/**
 * The phase's tables whose rows the deployed schema does not check. Where it checks none at all (`schemaValidation` is off, as in a
 * deployment whose documents are older than its schema), this cannot be told.
 */
async function missingTables(db: Writer, phase: Phase): Promise<Reason[]> {
  if (!(await isChecked(db, "unnestSwitches"))) return [];
  const tables: string[] = [];
  for (const table of partRowTablesOf(phase)) if (!(await isChecked(db, table))) tables.push(table);
  return tables.length === 0 ? [] : [{ code: "not_mounted", tables }];
}

/** Does the deployed schema check a table? Writes nothing: a document without fields is refused, or goes again. */
async function isChecked(db: Writer, table: string): Promise<boolean> {
  const id = await anyWriter(db)
    .insert(table, {})
    .catch(() => null);
  if (id !== null) await anyWriter(db).delete(id);
  return id === null;
}

/** Where an earlier version kept its switches, before all tables of the migration got a prefix. */
const earlierTable = "migrationSwitches";

/** Switches of an earlier version say where its phases are, and nobody reads them any more. */
async function earlierSwitches(db: Writer): Promise<Reason[]> {
  const rows = await anyReader(db).query(earlierTable).take(10);
  const isOn = rows.some(({ migrationId, step }) => isPhase(String(migrationId)) && step !== "off");
  return isOn ? [{ code: "earlier_tables", tables: [earlierTable] }] : [];
}
