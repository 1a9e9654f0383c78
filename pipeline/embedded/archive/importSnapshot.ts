/** `npx convex import` into an embedded deployment, with the backend's rules (spec 1, "Importing"). */
import { openArchive } from "../../convexFormat/archive.js";
import type { EmbeddedDeployment } from "../embeddedDeployment.js";
import type { DocumentRules } from "./checkedDocument.js";
import { type FilledTables, fillTables } from "./fillTables.js";
import { type ImportMode, planImport } from "./planImport.js";
import { refusalOf } from "./refusalOf.js";

export interface ImportedSnapshot extends FilledTables {
  readonly documents: number;
  /** Tables of components and of Convex itself, which a deployment that runs here does not have. */
  readonly leftOut: readonly string[];
}

/**
 * Imports a ZIP, or the folder it was unpacked into. All modes but `append` fill hidden tables and swap them in at once: a refusal leaves
 * nothing, and what was written to those tables meanwhile is lost. `append` writes piece by piece: what stood before the piece that is
 * refused stays.
 *
 * Of files only the metadata in `_storage` is imported. Memory: one piece of documents beside what the deployment holds.
 *
 * @param offended takes documents that do not match the schema, which are then kept; by default they are refused
 * Throws ImportRefused; UnnestError SNAPSHOT_NOT_FOUND.
 */
export async function importSnapshot(
  deployment: EmbeddedDeployment,
  path: string,
  mode: ImportMode,
  offended: DocumentRules["offended"] = null,
): Promise<ImportedSnapshot> {
  try {
    const archive = await openArchive(path);
    try {
      const plan = planImport(archive, deployment, mode);
      const filled = await fillTables(deployment, { deployment, plan, offended }, mode === "append");
      const documents = [...filled.tables.values()].reduce((sum, count) => sum + count, 0);
      return { ...filled, documents, leftOut: plan.leftOut };
    } finally {
      await archive.close();
    }
  } catch (error) {
    throw refusalOf(error);
  }
}
