/** An archive that is open, into an embedded deployment, with the backend's rules (spec 1, "Importing"). */
import type { Archive } from "../../convexFormat/archive.js";
import type { EmbeddedDeployment } from "../embeddedDeployment.js";
import type { DocumentRules } from "./checkedDocument.js";
import { type FilledTables, fillTables } from "./fillTables.js";
import { type ImportMode, planImport } from "./planImport.js";

export interface ImportedSnapshot extends FilledTables {
  readonly documents: number;
  /** Tables of components and of Convex itself, which a deployment that runs here does not have. */
  readonly leftOut: readonly string[];
}

/**
 * Imports all that a deployment here can hold.
 * @param offended takes documents that do not match the schema, which are then kept; null where they are refused
 * Throws ImportRefused, and UnnestError as the archive's readers do.
 */
export async function importArchive(
  deployment: EmbeddedDeployment,
  archive: Archive,
  mode: ImportMode,
  offended: DocumentRules["offended"],
): Promise<ImportedSnapshot> {
  const plan = planImport(archive, deployment, mode);
  const filled = await fillTables(deployment, { deployment, plan, offended }, mode === "append");
  const documents = [...filled.tables.values()].reduce((sum, count) => sum + count, 0);
  return { ...filled, documents, leftOut: plan.leftOut };
}
