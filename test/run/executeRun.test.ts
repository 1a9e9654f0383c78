import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UnnestError } from "../../pipeline/errors.js";
import { openDatabase } from "../../pipeline/run/openDatabase.js";
import { runPaths } from "../../pipeline/run/paths.js";
import { readRecord, writeRecord } from "../../pipeline/run/record.js";
import { fakeRun } from "./fakeRun.js";

let base: string;
let root: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "unnest-run-"));
  root = join(base, "out");
});
afterEach(() => rm(base, { recursive: true, force: true }));

const allDone = ["load:done", "transform:done", "check:done", "package:done", "report:done"];

/** Everything a run leaves, by name, without the times. */
async function leftovers(): Promise<unknown> {
  const database = await openDatabase(runPaths(root), { threads: 1, memoryLimit: 2 ** 28, readOnly: true });
  try {
    return {
      files: (await readdir(root, { recursive: true })).sort(),
      package: await readFile(join(root, "package/snapshot.zip"), "utf8"),
      report: await readFile(join(root, "report.json"), "utf8"),
      rows: await database.rows("SELECT n FROM normal.rows ORDER BY n"),
      tables: await database.rows("SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL"),
    };
  } finally {
    database.close();
  }
}

const failing = (code: "INTERRUPTED" | "CHECKS_FAILED" | "DISK_FULL") => (): never => {
  throw new UnnestError(code, "planted");
};

describe("an undisturbed run", () => {
  it("does every stage and leaves the run directory closed to others", async () => {
    const { seen, stages, failure } = await fakeRun(root);
    expect(seen).toEqual(allDone);
    expect(failure).toBeNull();
    expect(stages.every(({ rows, bytes, peakBytes }) => rows === 3 && bytes === 30 && peakBytes > 1e6)).toBe(true);
    expect((await readdir(root)).sort()).toEqual(["ledger.jsonl", "package", "report.json", "run.json", "work.duckdb"]);
    expect((await stat(root)).mode & 0o777).toBe(0o700);
    for (const file of ["ledger.jsonl", "package/snapshot.zip", "report.json", "run.json"]) {
      expect((await stat(join(root, file))).mode & 0o777, file).toBe(0o600);
    }
  });

  it("started again does nothing twice", async () => {
    await fakeRun(root);
    const before = await leftovers();
    const again = await fakeRun(root);
    expect(again.seen).toEqual(allDone.map((line) => line.replace("done", "kept")));
    expect(again.stages).toHaveLength(5);
    expect(await leftovers()).toEqual(before);
  });

  it("does a stage again whose file has gone, and those behind it", async () => {
    await fakeRun(root);
    await rm(join(root, "package/snapshot.zip"));
    expect((await fakeRun(root)).seen).toEqual([
      "load:kept",
      "transform:kept",
      "check:kept",
      "package:done",
      "report:done",
    ]);
  });
});

describe("a disturbed run", () => {
  it.each(["load", "transform", "check", "package", "report"])(
    "killed in %s and started again ends like an undisturbed one",
    async (stage) => {
      await fakeRun(root);
      const undisturbed = await leftovers();
      await rm(root, { recursive: true });

      const signal = await new Promise((resolve) => {
        const script = fileURLToPath(new URL("killedRun.ts", import.meta.url));
        execFile(process.execPath, ["--import", import.meta.resolve("tsx"), script, root, stage], (error) =>
          resolve(error?.signal),
        );
      });
      expect(signal).toBe("SIGKILL");

      const { seen } = await fakeRun(root);
      const begun = allDone.findIndex((line) => line.startsWith(stage));
      expect(seen).toEqual(allDone.map((line, index) => (index < begun ? line.replace("done", "kept") : line)));
      expect(await leftovers()).toEqual(undisturbed);
    },
  );

  it.each(["transform", "check", "package", "report"])(
    "that fails in %s lists the rest as not run, and can be continued",
    async (stage) => {
      const { stages, failure } = await fakeRun(root, { [stage]: failing("DISK_FULL") });
      expect(failure?.code).toBe("DISK_FULL");
      const failed = stages.findIndex(({ name }) => name === stage);
      expect(stages.map(({ status }) => status)).toEqual(
        stages.map((_, index) => (index < failed ? "done" : index === failed ? "failed" : "notRun")),
      );
      expect(stages[failed]?.error).toBe("DISK_FULL");
      await fakeRun(root);
      const continued = await leftovers();
      await rm(root, { recursive: true });
      await fakeRun(root);
      expect(continued).toEqual(await leftovers());
    },
  );

  it("leaves none of the failed stage's files or tables", async () => {
    await fakeRun(root, { package: failing("DISK_FULL") });
    expect((await readdir(root)).sort()).toEqual(["package", "run.json", "work.duckdb"]);
    expect(await readdir(join(root, "package"))).toEqual([]);
  });

  it("leaves nothing at all when the first stage fails", async () => {
    expect((await fakeRun(root, { load: failing("DISK_FULL") })).failure?.code).toBe("DISK_FULL");
    expect(await readdir(base)).toEqual([]);
  });

  it("reports failed checks, keeps what they found and makes no package", async () => {
    const { seen, failure } = await fakeRun(root, { check: failing("CHECKS_FAILED") });
    expect(failure?.code).toBe("CHECKS_FAILED");
    expect(seen).toEqual(["load:done", "transform:done", "check:failed", "report:done"]);
    expect(await readdir(root)).not.toContain("package");
    expect(await readFile(join(root, "report.json"), "utf8")).toBe("3");
    expect((await fakeRun(root)).seen).toEqual([
      "load:kept",
      "transform:kept",
      "check:done",
      "package:done",
      "report:done",
    ]);
  });

  it("ends with INTERRUPTED before the next stage once Ctrl-C was pressed", async () => {
    const interrupt = new AbortController();
    const { stages, failure } = await fakeRun(
      root,
      { transform: () => interrupt.abort() },
      { signal: interrupt.signal },
    );
    expect(failure?.code).toBe("INTERRUPTED");
    expect(stages.map(({ status }) => status)).toEqual(["done", "done", "failed", "notRun", "notRun"]);
  });

  it("calls an error nobody threw on purpose INTERNAL, with its cause", async () => {
    const { failure } = await fakeRun(root, {
      transform: () => {
        throw new RangeError("planted");
      },
    });
    expect(failure?.code).toBe("INTERNAL");
    expect(failure?.cause).toBeInstanceOf(RangeError);
  });
});

describe("a run directory that does not fit", () => {
  const code = (run: Promise<unknown>): Promise<unknown> =>
    run.then(
      () => "fine",
      (error: unknown) => (error as UnnestError).code,
    );

  it("of another snapshot is refused and stays as it is; --fresh starts over", async () => {
    await fakeRun(root);
    const before = await leftovers();
    const other = { snapshotHash: async () => "0ther" };
    expect(await code(fakeRun(root, {}, other))).toBe("RUN_DIRECTORY_OF_ANOTHER_SNAPSHOT");
    expect(await leftovers()).toEqual(before);
    expect((await fakeRun(root, {}, { ...other, fresh: true })).seen).toEqual(allDone);
  });

  it("with other options is refused; threads and memory may differ", async () => {
    await fakeRun(root);
    const options = { snapshot: "export.zip", threads: 1, memoryLimit: 2 ** 28, strict: false, with: [] };
    expect(await code(fakeRun(root, {}, { options: { ...options, strict: true } }))).toBe("RUN_OPTIONS_DIFFER");
    expect(await code(fakeRun(root, {}, { options: { ...options, with: ["memories"] } }))).toBe("RUN_OPTIONS_DIFFER");
    expect(await code(fakeRun(root, {}, { options: { ...options, threads: 2, memoryLimit: 2 ** 29 } }))).toBe("fine");
  });

  it.each([
    ["newer", { tool: "99.0.0" }, "RUN_DIRECTORY_NEWER"],
    ["older", { tool: "0.0.1" }, "RUN_DIRECTORY_OLDER"],
  ])("written by a %s version is refused", async (_age, change, expected) => {
    await fakeRun(root);
    const { record } = runPaths(root);
    const written = await readRecord(record);
    if (written === null) throw new Error("no record");
    await writeRecord(record, { ...written, ...change });
    expect(await code(fakeRun(root))).toBe(expected);
    expect(await code(fakeRun(root, {}, { fresh: true }))).toBe("fine");
  });

  it.each([
    ["no JSON", "{"],
    ["no record", '{"format":1}'],
    ["a record with nonsense", '{"format":1,"tool":"0.0.1","stages":7}'],
  ])("with a record that is %s is called damaged", async (_what, text) => {
    await fakeRun(root);
    await writeFile(join(root, "run.json"), text);
    expect(await code(fakeRun(root))).toBe("RUN_DIRECTORY_DAMAGED");
  });

  it("whose database is none is called damaged", async () => {
    await fakeRun(root);
    await writeFile(join(root, "work.duckdb"), "no database".repeat(1000));
    expect(await code(fakeRun(root))).toBe("RUN_DIRECTORY_DAMAGED");
    expect(await code(fakeRun(root, {}, { fresh: true }))).toBe("fine");
  });

  it("that holds other files, or is a file, is refused and untouched", async () => {
    await mkdir(root);
    await writeFile(join(root, "letter.txt"), "dear");
    await chmod(root, 0o755);
    expect(await code(fakeRun(root, {}, { fresh: true }))).toBe("NOT_A_RUN_DIRECTORY");
    expect(await readdir(root)).toEqual(["letter.txt"]);
    expect((await stat(root)).mode & 0o777).toBe(0o755);
    expect(await code(fakeRun(join(root, "letter.txt")))).toBe("NOT_A_RUN_DIRECTORY");
  });

  it("that another command works on is refused, and free afterwards", async () => {
    const inner: unknown[] = [];
    await fakeRun(root, { transform: async () => void inner.push(await code(fakeRun(root))) });
    expect(inner).toEqual(["RUN_DIRECTORY_BUSY"]);
    expect(await code(fakeRun(root))).toBe("fine");
  });
});
