import type { Archive } from "../../convexFormat/archive.js";
import type { EmbeddedDeployment } from "../embeddedDeployment.js";
import { type ImportedSnapshot, importArchive } from "./importArchive.js";
import { type ImportPlace, ImportRefused } from "./importRefused.js";
import { withArchive } from "./withArchive.js";

export interface Offender extends ImportPlace {
  /** In the backend's words. */
  readonly reason: string;
}

export interface LoadedSnapshot extends ImportedSnapshot {
  /** Documents that do not match the schema: how many, and the first of them. */
  readonly offenders: { readonly count: number; readonly first: readonly Offender[] };
}

/** Offenders that are named. */
const named = 20;

/**
 * Fills an empty deployment with a snapshot, ZIP or folder: original ids, creation times and table numbers, the metadata of files. Tables
 * of the schema that the snapshot does not have stay, empty; tables that the schema does not have are loaded unchecked, as by Convex.
 *
 * @param options.offenders what becomes of documents that do not match the schema: a deployment refuses the whole import (the default),
 * but may hold documents which are older than its schema's validation (`keep`)
 * Throws ImportRefused TableExists when the deployment holds documents, else as `importSnapshot` does, with table, line and, where there
 * is one, the document's id.
 */
export async function loadSnapshot(
  deployment: EmbeddedDeployment,
  path: string,
  options: { readonly offenders?: "refuse" | "keep" } = {},
): Promise<LoadedSnapshot> {
  const filled = deployment.store.tables().find(({ size }) => size > 0);
  if (filled !== undefined) throw new ImportRefused("TableExists", { table: filled.name });
  const first: Offender[] = [];
  let count = 0;
  const keep = (place: ImportPlace, reason: string): void => {
    count++;
    if (first.length < named) first.push({ ...place, reason });
  };
  const imported = await withArchive(path, async (archive) => {
    makeRoom(deployment, archive);
    return await importArchive(deployment, archive, "replace-all", options.offenders === "keep" ? keep : null);
  });
  return { ...imported, offenders: { count, first } };
}

/** Convex's own tables have other numbers in other deployments; the snapshot's come first, and the empty ones here give way. */
function makeRoom({ store }: EmbeddedDeployment, archive: Archive): void {
  const taken = new Set(
    archive.tables.filter(({ component }) => component === "").map(({ tableNumber }) => tableNumber),
  );
  const own = store.tables().filter(({ name }) => name.startsWith("_"));
  let free = Math.max(...own.map(({ number }) => number));
  for (const { name, number } of own) {
    if (!taken.has(number)) continue;
    do free++;
    while (taken.has(free));
    store.swapIn([store.hiddenTable(name, free)]);
  }
}
