import { createWriteStream, renameSync, rmSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Writes text to a file that appears under its name only when it is whole; readable by the owner only. */
export async function writeLines(path: string, lines: AsyncIterable<Buffer>): Promise<void> {
  const unfinished = `${path}.part`;
  rmSync(unfinished, { force: true });
  try {
    await pipeline(Readable.from(lines), createWriteStream(unfinished, { mode: 0o600, flags: "wx" }));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  renameSync(unfinished, path);
}
