import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { UnnestError } from "../../pipeline/errors.js";
import { type OpenRun, withRun } from "../../pipeline/run/openRun.js";
import { runPaths } from "../../pipeline/run/paths.js";
import { ownIdentity } from "../../pipeline/run/processIdentity.js";
import { fakeRun } from "./fakeRun.js";

let base: string;
let root: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "unnest-open-"));
  root = join(base, "out");
});
afterEach(() => rm(base, { recursive: true, force: true }));

const opened = <T>(work: (run: OpenRun) => Promise<T>, scratch = false, stage = "transform"): Promise<T> =>
  withRun({ root, stage, scratch, threads: 1, memoryLimit: 2 ** 28 }, work);

const countRows = ({ database }: OpenRun): Promise<number> => database.count("SELECT count(*) FROM normal.rows");

it("reads what a run has left, and cannot change it", async () => {
  await fakeRun(root);
  expect(await opened(countRows)).toBe(3);
  await expect(opened(({ database }) => database.run("DROP TABLE normal.rows"))).rejects.toThrow(/read-only/);
});

it("lets two read at once", async () => {
  await fakeRun(root);
  expect(await opened(() => opened(countRows))).toBe(3);
});

it("gives a place for files on their way to one command at a time, and leaves nothing of them", async () => {
  await fakeRun(root);
  const before = await readdir(root);
  await opened(async ({ paths }) => {
    await writeFile(join(paths.spool, "part"), "");
    await expect(opened(countRows, true)).rejects.toMatchObject({ code: "RUN_DIRECTORY_BUSY" });
    await expect(opened(countRows)).rejects.toMatchObject({ code: "RUN_DIRECTORY_BUSY" });
  }, true);
  expect(await readdir(root)).toEqual(before);
});

it("refuses a directory without a run, one whose run is not so far, and one that is being written", async () => {
  await expect(opened(countRows)).rejects.toMatchObject({ code: "RUN_DIRECTORY_MISSING" });
  await fakeRun(root, {
    transform: () => {
      throw new UnnestError("DISK_FULL", "planted");
    },
  });
  await expect(opened(countRows)).rejects.toMatchObject({ code: "RUN_INCOMPLETE" });
  expect(await opened(({ database }) => database.count("SELECT count(*) FROM raw.users"), false, "load")).toBe(3);
  await writeFile(runPaths(root).lock, JSON.stringify(ownIdentity()));
  await expect(opened(countRows)).rejects.toMatchObject({ code: "RUN_DIRECTORY_BUSY" });
});
