import { type Archive, openArchive } from "../../convexFormat/archive.js";
import { refusalOf } from "./refusalOf.js";

/**
 * Opens a snapshot for as long as some work takes.
 * Throws ImportRefused for what is wrong with the archive, UnnestError SNAPSHOT_NOT_FOUND where there is none.
 */
export async function withArchive<Result>(path: string, work: (archive: Archive) => Promise<Result>): Promise<Result> {
  try {
    const archive = await openArchive(path);
    try {
      return await work(archive);
    } finally {
      await archive.close();
    }
  } catch (error) {
    throw refusalOf(error);
  }
}
