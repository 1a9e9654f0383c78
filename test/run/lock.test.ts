import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { UnnestError } from "../../pipeline/errors.js";
import { refuseWhileLocked, takeLock } from "../../pipeline/run/lock.js";
import { ownIdentity } from "../../pipeline/run/processIdentity.js";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-lock-"));
  path = join(folder, ".lock");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "fine",
    (error: unknown) => (error as UnnestError).code,
  );

it("is held by one and free again after", async () => {
  const unlock = await takeLock(path);
  expect(await outcome(takeLock(path))).toBe("RUN_DIRECTORY_BUSY");
  expect(await outcome(refuseWhileLocked(path))).toBe("RUN_DIRECTORY_BUSY");
  await unlock();
  expect(await readdir(folder)).toEqual([]);
  expect(await outcome(refuseWhileLocked(path))).toBe("fine");
});

it("says who holds it", async () => {
  await takeLock(path);
  await expect(takeLock(path)).rejects.toMatchObject({ place: { file: path, process: process.pid, host: hostname() } });
});

it.each([
  ["a process that is gone", { pid: 2 ** 22 + 1, start: null }],
  ["an earlier process with our number", { pid: process.pid, start: "another boot/1" }],
])("is taken over from %s", async (_whose, stale) => {
  await writeFile(path, JSON.stringify({ host: hostname(), ...stale }));
  expect(await outcome(refuseWhileLocked(path))).toBe("fine");
  await takeLock(path);
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual(ownIdentity());
  expect(await readdir(folder)).toEqual([".lock"]);
});

it.each([
  ["another machine", JSON.stringify({ host: "elsewhere", pid: 1, start: null })],
  ["nobody it can read", "{"],
])("is not taken over from %s", async (_whose, content) => {
  await writeFile(path, content);
  expect(await outcome(takeLock(path))).toBe("RUN_DIRECTORY_BUSY");
  expect(await readFile(path, "utf8")).toBe(content);
});
