/** Samples as the command makes them, read back. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value } from "convex/values";
import { afterAll } from "vitest";
import type { World } from "../../fixtures/world.js";
import { writeWorld } from "../../fixtures/writeWorld.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import { openArchive } from "../../pipeline/convexFormat/archive.js";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { lines } from "../../pipeline/convexFormat/lines.js";
import { quietEdge } from "../laws/quietEdge.js";

export type Row = Readonly<Record<string, Value | undefined>>;

/** Documents by table, as a snapshot has them. */
export type Documents = ReadonlyMap<string, readonly Row[]>;

/** A folder of the running test file, gone when its tests are done. */
export async function folderOfTests(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-sample-"));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** Runs the command; throws what it fails with. */
export async function unnest(...args: readonly string[]): Promise<string> {
  const { output, failure } = await runProgram([...args, "--threads", "2"], quietEdge());
  if (failure !== null) throw failure;
  return output;
}

/** A sample of a world. @param flags beside `--out` */
export async function sampleOf(world: World, ...flags: readonly string[]): Promise<Documents> {
  const folder = await folderOfTests();
  await writeWorld(world, join(folder, "export"));
  const path = join(folder, "sample.zip");
  await unnest("sample", join(folder, "export"), "--out", path, "--quiet", ...flags);
  return await documentsIn(path);
}

export async function documentsIn(path: string): Promise<Documents> {
  const archive = await openArchive(path);
  try {
    const documents = new Map<string, Row[]>();
    for (const table of archive.tables) {
      const rows: Row[] = [];
      for await (const { bytes } of lines(await table.open())) rows.push(decodeValue(bytes.toString("utf8")) as Row);
      documents.set(table.rawName, rows);
    }
    return documents;
  } finally {
    await archive.close();
  }
}

/** Every text in a value, keys aside, with the path that leads to it: `toolCalls[].name`. */
export function* textsIn(value: Value | undefined, path = ""): Generator<{ path: string; text: string }> {
  if (typeof value === "string") yield { path, text: value };
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item as Value, `${path}[]`);
  else if (typeof value === "object" && value !== null && !(value instanceof ArrayBuffer))
    for (const [key, item] of Object.entries(value as Row)) yield* textsIn(item, path === "" ? key : `${path}.${key}`);
}
