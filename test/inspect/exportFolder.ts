import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encodeId } from "../../pipeline/convexFormat/ids.js";
import type { Inspection } from "../../pipeline/inspect/inspection.js";
import { inspectSnapshot } from "../../pipeline/inspect/inspectSnapshot.js";
import { silentProgress } from "../../pipeline/run/progress.js";
import { temporaryFolder } from "../convexFormat/temporaryFolder.js";

/** The `n`th id of the table with that number. */
export function idOf(tableNumber: number, n: number): string {
  const bytes = new Uint8Array(16);
  bytes[15] = n;
  return encodeId(tableNumber, bytes);
}

/** A document's line in `uniform` encoding, given its fields as JSON without the braces. */
export function line(tableNumber: number, n: number, fields = ""): string {
  return `{"_creationTime":1700000000000.5,"_id":"${idOf(tableNumber, n)}"${fields === "" ? "" : ","}${fields}}\n`;
}

export const uniform = '"uniform"\n';

/** Inspects an unpacked export with the given files. */
export async function inspectFolder(files: Readonly<Record<string, string>>): Promise<Inspection> {
  const folder = await temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return await inspect(folder);
}

export async function inspect(path: string, signal = new AbortController().signal): Promise<Inspection> {
  return await inspectSnapshot(path, { threads: 1, memoryLimit: 2 ** 28, signal, progress: silentProgress });
}
