/** A run as a process: killed at many moments, interrupted, run twice at once, out of room; it always ends like an undisturbed one. */
import { copyFile, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import { exportFiles, paths, writeFolder } from "../badInput/exportFiles.js";
import { BuiltCommand } from "./builtCommand.js";
import { finalFiles, outcomeOf, rightsIn } from "./runOutcome.js";

/** Enough that worker threads map them, which takes 5,000 documents. */
const largeMessages = 4_000;
const smallMessages = 300;

let folder: string;
let unnest: BuiltCommand;
/** What undisturbed runs make of the two snapshots. */
let large: Record<string, unknown>;
let small: Record<string, unknown>;
let labels: readonly string[];

const at = (run: string): string => join(folder, run);
const runArgs = (run: string, snapshot: "large" | "small" = "small"): string[] => {
  return ["run", `${snapshot}.zip`, "--out", run, "--threads", "2"];
};
const fine = { code: 0, error: null };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-lives-"));
  await generateSnapshot({ messages: largeMessages, seed: 5, embeddings: false, path: at("large.zip") });
  await generateSnapshot({ messages: smallMessages, seed: 6, embeddings: false, path: at("small.zip") });
  unnest = await BuiltCommand.build(folder);
  const ended = await unnest.run(runArgs("largeRun", "large"));
  expect(ended).toMatchObject(fine);
  labels = ended.labels;
  large = await outcomeOf(at("largeRun"));
  expect(await unnest.run(runArgs("smallRun"))).toMatchObject(fine);
  small = await outcomeOf(at("smallRun"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs until it is killed at the start of a step; false when it got to its end before. */
async function killedAt(args: readonly string[], step: string): Promise<boolean> {
  const { code } = await unnest.run(args, { onStep: (label, { signal }) => label === step && signal("SIGKILL") });
  return code === "SIGKILL";
}

/** What stands under the final names is whole, whenever one looks. */
async function expectNothingHalfWritten(run: string, undisturbed: string): Promise<void> {
  const whole = await finalFiles(at(undisturbed));
  for (const [name, bytes] of await finalFiles(at(run))) {
    if (name === "report.json") expect(() => JSON.parse(bytes)).not.toThrow();
    else if (name === "report.html") expect(bytes.endsWith("</html>\n")).toBe(true);
    else expect(bytes === whole.get(name), name).toBe(true);
  }
}

describe("killed and started again, it ends as if nothing had been", () => {
  test("at one step after the other, with worker threads", async () => {
    const steps = ["documents", "map documents", "rebuild messages", "checks", "package", "report"];
    expect(labels).toEqual(expect.arrayContaining(steps));
    const args = runArgs("steps", "large");
    for (const step of steps) {
      expect([step, await killedAt(args, step)]).toEqual([step, true]);
      await expectNothingHalfWritten("steps", "largeRun");
      expect((await rightsIn(at("steps"))).filter((rights) => !/^0[67]00 /.test(rights))).toEqual([]);
    }
    expect(await unnest.run(args)).toMatchObject({ ...fine, kept: ["load", "transform", "check", "package"] });
    expect(await outcomeOf(at("steps"))).toEqual(large);
  });

  test("at any moment", async () => {
    // Drawn once: a failure can be looked at again, as far as time can.
    const [delays = []] = fc.sample(fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 6, maxLength: 6 }), {
      seed: 7,
      numRuns: 1,
    });
    for (const delay of delays) {
      let timer: NodeJS.Timeout | undefined;
      await unnest.run(runArgs("moments"), {
        // The first thing a run says; one that has its first stage behind it says something else first.
        onStep: (_label, { signal }) => {
          timer ??= setTimeout(() => signal("SIGKILL"), delay);
        },
      });
      clearTimeout(timer);
      await expectNothingHalfWritten("moments", "smallRun");
    }
    expect(await unnest.run(runArgs("moments"))).toMatchObject(fine);
    expect(await outcomeOf(at("moments"))).toEqual(small);
  });
});

describe("Ctrl-C", () => {
  test("ends it with 130, and it can be continued", async () => {
    const stopped = await unnest.run(runArgs("stopped"), {
      onStep: (label, { signal }) => label === "rebuild messages" && signal("SIGINT"),
    });
    expect(stopped).toMatchObject({ code: 130, error: "INTERRUPTED" });
    expect((await finalFiles(at("stopped"))).size).toBe(0);
    expect(await unnest.run(runArgs("stopped"))).toMatchObject({ ...fine, kept: ["load"] });
    expect(await outcomeOf(at("stopped"))).toEqual(small);
  });

  test("in the first stage it leaves nothing", async () => {
    const stopped = await unnest.run(runArgs("nothing"), {
      onStep: (label, { signal }) => label === "documents" && signal("SIGINT"),
    });
    expect(stopped).toMatchObject({ code: 130, error: "INTERRUPTED" });
    expect(await readdir(folder)).not.toContain("nothing");
  });

  test("twice ends it at once", async () => {
    const stopped = await unnest.run(runArgs("twice"), {
      onStep: (label, { signal }) => {
        if (label !== "documents") return;
        signal("SIGINT");
        setTimeout(() => signal("SIGINT"), 20);
      },
    });
    expect(stopped.code).toBe(130);
  });
});

test("while one process works on a directory, every other command on it is refused", async () => {
  let others: Promise<unknown[]> | undefined;
  const first = unnest.start(runArgs("busy"), {
    onStep: (label, { signal }) => {
      if (label !== "map documents") return;
      // Held still, so that it surely works when the others come.
      signal("SIGSTOP");
      const commands = [runArgs("busy"), [...runArgs("busy"), "--fresh"], ["check", "--out", "busy"]];
      others = Promise.all(commands.map((args) => unnest.run(args))).finally(() => signal("SIGCONT"));
    },
  });
  expect(await first.ended).toMatchObject(fine);
  const busy = { code: 3, error: "RUN_DIRECTORY_BUSY" };
  expect(await others).toMatchObject([busy, busy, busy]);
  expect(await outcomeOf(at("busy"))).toEqual(small);
});

test("another snapshot is refused and changes nothing; --fresh starts over", async () => {
  await copyFile(at("large.zip"), at("other.zip"));
  const other = ["run", "other.zip", "--out", "busy"];
  expect(await unnest.run(other)).toMatchObject({ code: 3, error: "RUN_DIRECTORY_OF_ANOTHER_SNAPSHOT" });
  expect(await outcomeOf(at("busy"))).toEqual(small);
  // The same bytes under another name are no other snapshot.
  await copyFile(at("small.zip"), at("other.zip"));
  const all = ["load", "transform", "check", "package", "report"];
  expect(await unnest.run(other)).toMatchObject({ ...fine, kept: all });
  expect(await unnest.run([...runArgs("busy"), "--fresh"])).toMatchObject({ ...fine, kept: [] });
  expect(await outcomeOf(at("busy"))).toEqual(small);
});

test("one snapshot always gives the same bytes, whatever threads and memory", async () => {
  const lean = ["run", "large.zip", "--out", "lean", "--threads", "1", "--memory-limit", "300MB"];
  expect(await unnest.run(lean)).toMatchObject(fine);
  expect(await outcomeOf(at("lean"))).toEqual(large);
});

test("a finished run is for its owner alone, started again it does nothing", async () => {
  const rights = (await rightsIn(at("smallRun"))).map((line) => line.trim());
  expect(rights.filter((line) => line.startsWith("0700"))).toEqual(["0700", "0700 package"]);
  expect(rights.filter((line) => !line.startsWith("0600") && !line.startsWith("0700"))).toEqual([]);
  const all = ["load", "transform", "check", "package", "report"];
  expect(await unnest.run(runArgs("smallRun"))).toMatchObject({ ...fine, kept: all });
  expect(await outcomeOf(at("smallRun"))).toEqual(small);
});

test("unusable input ends it with 3", async () => {
  await writeFile(at("text.zip"), "no archive");
  await writeFolder(at("blank"), exportFiles({ [paths.users]: "\n" }));
  expect(await unnest.run(["run", "text.zip", "--out", "refused"])).toMatchObject({ code: 3, error: "NOT_A_ZIP" });
  expect(await unnest.run(["run", "blank", "--out", "refused"])).toMatchObject({ code: 3, error: "LINE_BLANK" });
  expect(await readdir(folder)).not.toContain("refused");
});

describe("out of room", () => {
  /** Half a MiB a file: less than either stage needs. */
  const fileLimit = 1024;
  const full = { code: 3, error: "DISK_FULL" };

  test("in the first stage it leaves nothing", async () => {
    expect(await unnest.run(runArgs("full"), { fileLimit })).toMatchObject(full);
    expect(await readdir(folder)).not.toContain("full");
  });

  test("later it keeps what is done, and goes on when there is room", async () => {
    expect(await killedAt(runArgs("roomy"), "transform")).toBe(true);
    expect(await unnest.run(runArgs("roomy"), { fileLimit })).toMatchObject(full);
    expect((await finalFiles(at("roomy"))).size).toBe(0);
    expect(await unnest.run(runArgs("roomy"))).toMatchObject({ ...fine, kept: ["load"] });
    expect(await outcomeOf(at("roomy"))).toEqual(small);
  });
});
