/** A snapshot that must be refused, through the same code as the command, and what must hold of every refusal. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import type { ErrorCode, ErrorPlace } from "../../pipeline/errors.js";
import { plain } from "../../pipeline/terminal/paint.js";
import { errorEvent, renderError } from "../../pipeline/terminal/renderError.js";
import { quietEdge } from "../laws/quietEdge.js";
import { type Files, secret, writeFolder } from "./exportFiles.js";

/** A folder of the running test, removed when the test ends. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-bad-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a snapshot: bytes as a ZIP, files as an unpacked folder. Gives its path. */
async function writeSnapshot(folder: string, snapshot: Buffer | Files): Promise<string> {
  const path = join(folder, Buffer.isBuffer(snapshot) ? "export.zip" : "export");
  if (Buffer.isBuffer(snapshot)) await writeFile(path, snapshot);
  else await writeFolder(path, snapshot);
  return path;
}

/** Runs `unnest run` on the snapshot and expects it to be refused with that code and (at least) that place, without a trace. */
export async function expectRefusal(
  snapshot: Buffer | Files | string,
  code: ErrorCode,
  place: ErrorPlace = {},
): Promise<void> {
  const folder = await testFolder();
  const path = typeof snapshot === "string" ? snapshot : await writeSnapshot(folder, snapshot);
  const before = await readdir(folder);
  const { output, failure } = await runProgram(
    ["run", path, "--out", join(folder, "run"), "--quiet", "--threads", "1"],
    quietEdge(),
  );
  expect(failure).toMatchObject({ code, exit: 3, place: { file: path, ...place } });
  expect(output).toBe("");
  if (failure === null) return;
  const shown = renderError(failure, plain) + errorEvent(failure);
  expect(shown).not.toContain(secret);
  expect(shown).toContain(code);
  // Not even the run directory is left.
  expect(await readdir(folder)).toEqual(before);
}
