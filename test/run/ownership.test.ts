/** Only a run's own directory is written into, never through a link; a place that cannot be written to is a plain refusal. */
import fs from "node:fs";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { UnnestError } from "../../pipeline/errors.js";
import { openExportFolder } from "../../pipeline/export/exportFolder.js";
import { prepareRehearsal } from "../../pipeline/rehearse/rehearsalDirectory.js";
import { rehearsalPaths } from "../../pipeline/rehearse/rehearsalPaths.js";
import { checkDirectory } from "../../pipeline/run/directory.js";
import { withRun } from "../../pipeline/run/openRun.js";
import { fileNames, runPaths } from "../../pipeline/run/paths.js";
import { asUnnestError } from "../../pipeline/run/systemErrors.js";
import { writeFileWhole } from "../../pipeline/run/writeFileWhole.js";
import { fakeRun } from "./fakeRun.js";

let folder: string;
let root: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-ownership-"));
  root = join(folder, "run");
});
afterEach(async () => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  await rm(folder, { recursive: true, force: true });
});

const refusal = (work: Promise<unknown>): Promise<UnnestError | null> => work.then(() => null, asUnnestError);
const code = async (work: Promise<unknown>): Promise<string | undefined> => (await refusal(work))?.code;

const readOnly = { root: "", stage: "report", scratch: true, threads: 1, memoryLimit: 2 ** 28 };

describe("a directory without our record", () => {
  it.each([...Object.values(fileNames).filter((name) => name !== "run.json"), ".spool", "delta", "export", ".lock/x"])(
    "is not written into, though it holds what is called %s",
    async (name) => {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), "mine");
      for (const fresh of [false, true]) expect(await code(fakeRun(root, {}, { fresh }))).toMatch(/NOT_A_RUN_DIR|BUSY/);
      expect(await code(withRun({ ...readOnly, root }, async () => {}))).toMatch(/NOT_A_RUN_DIR|BUSY|RUN_DIRECTORY_M/);
      expect(await readdir(root)).toEqual([name.split("/")[0]]);
      expect(await readFile(join(root, name), "utf8")).toBe("mine");
    },
  );

  it("is not written into, though somebody's run.json is there", async () => {
    await mkdir(root);
    await writeFile(join(root, "run.json"), '{"scripts":{}}');
    await writeFile(join(root, "ledger.jsonl"), "mine");
    for (const fresh of [false, true]) expect(await code(fakeRun(root, {}, { fresh }))).toBe("RUN_DIRECTORY_DAMAGED");
    expect((await readdir(root)).sort()).toEqual(["ledger.jsonl", "run.json"]);
  });

  it("is taken when it is empty, or holds what a deployment's phases left", async () => {
    await mkdir(join(root, "phases"), { recursive: true });
    expect(await code(fakeRun(root))).toBeUndefined();
  });

  it("is not taken for a rehearsal's, nor for an export's", async () => {
    await mkdir(join(root, "exports"), { recursive: true });
    await writeFile(join(root, "rehearsal.json"), "mine");
    expect(await code(prepareRehearsal(rehearsalPaths(root)))).toBe("NOT_A_REHEARSAL");
    expect(await code(openExportFolder(root, false))).toBe("EXPORT_FOLDER_TAKEN");
    expect((await readdir(root)).sort()).toEqual(["exports", "rehearsal.json"]);
  });

  it("is ours from the first moment on: a run that is ended at once can be started again", async () => {
    await fakeRun(root, { load: async () => expect(await readdir(root)).toContain("run.json") });
    await rm(join(root, "report.json"));
    expect(await code(fakeRun(root))).toBeUndefined();
    const paths = rehearsalPaths(join(folder, "rehearsal"));
    await prepareRehearsal(paths);
    expect(await code(prepareRehearsal(paths))).toBeUndefined();
  });
});

describe("a link", () => {
  it.each([...Object.values(fileNames), ".spool", ".spill", ".lock", "delta", "export", "export/csv", "phases"])(
    "called %s is refused by whatever writes, and what it leads to stays",
    async (name) => {
      await fakeRun(root);
      const outside = join(folder, "outside");
      await mkdir(outside);
      await writeFile(join(outside, "kept"), "mine");
      for (const target of [outside, join(outside, "kept"), join(folder, "nowhere")]) {
        await mkdir(dirname(join(root, name)), { recursive: true });
        await rm(join(root, name), { recursive: true, force: true });
        await symlink(target, join(root, name));
        for (const fresh of [false, true]) expect(await code(fakeRun(root, {}, { fresh }))).toBe("SYMBOLIC_LINK");
        expect(await code(withRun({ ...readOnly, root }, async () => {}))).toBe("SYMBOLIC_LINK");
        expect(await code(checkDirectory(runPaths(root)))).toBe("SYMBOLIC_LINK");
        expect((await lstat(join(root, name))).isSymbolicLink()).toBe(true);
      }
      expect(await readFile(join(outside, "kept"), "utf8")).toBe("mine");
      expect((await readdir(folder)).sort()).toEqual(["outside", "run"]);
    },
  );

  it("that waits beside a file is not written through", async () => {
    await mkdir(root);
    await writeFile(join(folder, "kept"), "mine");
    await symlink(join(folder, "kept"), join(root, "file.partial"));
    await writeFileWhole(join(root, "file"), "ours");
    expect(await readFile(join(folder, "kept"), "utf8")).toBe("mine");
    expect(await readFile(join(root, "file"), "utf8")).toBe("ours");
  });

  it("in an export's folder moves no file elsewhere", async () => {
    await mkdir(join(folder, "outside"));
    await mkdir(root);
    await symlink(join(folder, "outside"), join(root, "data"));
    const opened = await openExportFolder(root, true);
    await mkdir(join(opened.partial, "data"));
    await writeFile(join(opened.partial, "data/tags.tsv"), "");
    expect(await code(opened.publish(() => ({ files: [] }) as never))).toBe("SYMBOLIC_LINK");
    expect(await readdir(join(folder, "outside"))).toEqual([]);
  });
});

describe("a place that cannot be written to is a plain refusal", () => {
  it("below a file, below a link that leads nowhere, and with a name that is too long", async () => {
    await writeFile(join(folder, "file"), "");
    await symlink(join(folder, "nowhere"), join(folder, "link"));
    for (const place of ["file/run", "link", "link/run", "x".repeat(300), "x/".repeat(3000)]) {
      for (const work of [fakeRun, (path: string) => openExportFolder(path, true)]) {
        expect(await refusal(work(join(folder, place)))).toMatchObject({
          code: expect.stringMatching(/DIRECTORY_NOT_MADE|NOT_A_RUN_DIRECTORY|EXPORT_FOLDER_TAKEN/),
          exit: 2,
        });
      }
    }
    expect((await readdir(folder)).sort()).toEqual(["file", "link"]);
  });

  // Whoever runs the tests may be root, whom the system refuses nothing: its answers are put in place of it.
  it.each([
    ["EACCES", "NO_PERMISSION"],
    ["EROFS", "NO_PERMISSION"],
    ["ENOSPC", "DISK_FULL"],
    ["EMFILE", "TOO_MANY_OPEN_FILES"],
    ["ENOENT", "DIRECTORY_NOT_MADE"],
    ["ENAMETOOLONG", "DIRECTORY_NOT_MADE"],
  ])("where the system answers %s", async (answer, expected) => {
    const error = Object.assign(new Error(`${answer}: no, mkdir`), { code: answer, path: root });
    vi.spyOn(fs.promises, "mkdir").mockRejectedValue(error);
    syncBuiltinESMExports();
    expect(await refusal(fakeRun(root))).toMatchObject({ code: expected, place: { file: root } });
    expect(await code(prepareRehearsal(rehearsalPaths(root)))).toBe(expected);
    expect(await code(openExportFolder(root, true))).toBe(expected);
    expect(await readdir(folder)).toEqual([]);
  });
});
