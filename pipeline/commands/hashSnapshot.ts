import { openArchive } from "../convexFormat/archive.js";

/** SHA-256 of an export, a ZIP or a folder: what tells one from another. Throws what `openArchive` does. */
export async function hashSnapshot(path: string): Promise<string> {
  const archive = await openArchive(path);
  try {
    return await archive.sha256();
  } finally {
    await archive.close();
  }
}
