import { rename, rm, writeFile } from "node:fs/promises";

/** Writes a file for the owner only; it appears under its name when it is complete, or not at all. No link is written through. */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.partial`;
  await rm(partial, { force: true });
  try {
    await writeFile(partial, text, { mode: 0o600, flush: true, flag: "wx" });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
