import type { EmbeddedDeployment } from "../embeddedDeployment.js";
import { type ImportedSnapshot, importArchive } from "./importArchive.js";
import type { ImportMode } from "./planImport.js";
import { withArchive } from "./withArchive.js";

/**
 * Does what `npx convex import` does with a ZIP, or with the folder it was unpacked into. All modes but `append` fill hidden tables and
 * swap them in at once: a refusal leaves nothing, and what was written to those tables meanwhile is lost. `append` writes piece by piece:
 * what stood before the piece that is refused stays.
 *
 * Of files only the metadata in `_storage` is imported. Memory: one piece of documents beside what the deployment holds.
 *
 * Throws ImportRefused; UnnestError SNAPSHOT_NOT_FOUND.
 */
export async function importSnapshot(
  deployment: EmbeddedDeployment,
  path: string,
  mode: ImportMode,
): Promise<ImportedSnapshot> {
  return await withArchive(path, async (archive) => await importArchive(deployment, archive, mode, null));
}
