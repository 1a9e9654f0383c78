import { readFile } from "node:fs/promises";
import { UnnestError } from "../errors.js";
import { rehearsalPaths } from "./rehearsalPaths.js";
import { type RehearsalReport, rehearsalReport } from "./rehearsalReport.js";

/** What an earlier rehearsal left in its directory. Throws REHEARSAL_MISSING. */
export async function readRehearsal(root: string): Promise<RehearsalReport> {
  const { report } = rehearsalPaths(root);
  const text = await readFile(report, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR")
      throw new UnnestError("REHEARSAL_MISSING", "No rehearsal of unnest is here.", { file: root });
    throw error;
  });
  try {
    return rehearsalReport.parse(JSON.parse(text));
  } catch {
    throw new UnnestError("REHEARSAL_MISSING", "The rehearsal cannot be read by this version.", { file: report });
  }
}
