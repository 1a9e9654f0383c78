import { chmod, rm, stat } from "node:fs/promises";
import type { Database } from "../db/database.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { outputFiles, type RunPaths } from "./paths.js";

/** Drops what a stage writes (see `Stage.writes`): schemas, tables or views in one, files. What is not there is fine. */
export async function clearOutputs(database: Database, paths: RunPaths, writes: readonly string[]): Promise<void> {
  const files = outputFiles(paths);
  for (const output of writes) {
    const file = files.get(output);
    if (file !== undefined) {
      await rm(file, { force: true });
      await rm(`${file}.partial`, { force: true });
      continue;
    }
    const [schema = "", table] = output.split(".");
    if (table === undefined) {
      await database.run(`DROP SCHEMA IF EXISTS ${identifier(schema)} CASCADE`);
      continue;
    }
    const kind = await database.value<string>(
      `SELECT table_type FROM information_schema.tables WHERE table_schema = ${literal(schema)} AND table_name = ${literal(table)}`,
    );
    if (kind !== undefined)
      await database.run(`DROP ${kind === "VIEW" ? "VIEW" : "TABLE"} ${qualified(schema, table)}`);
  }
}

/** The files among a stage's outputs. */
function filesOf(paths: RunPaths, writes: readonly string[]): string[] {
  const files = outputFiles(paths);
  return writes.flatMap((output) => files.get(output) ?? []);
}

/** Whether all files a finished stage has written are still there. */
export async function outputsPresent(paths: RunPaths, writes: readonly string[]): Promise<boolean> {
  for (const file of filesOf(paths, writes)) {
    if (!(await stat(file).catch(() => null))?.isFile()) return false;
  }
  return true;
}

/** Closes a stage's files to everybody but their owner. */
export async function closeToOthers(paths: RunPaths, writes: readonly string[]): Promise<void> {
  for (const file of filesOf(paths, writes)) await chmod(file, 0o600);
}
