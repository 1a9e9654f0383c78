/** A run as a process: killed at many moments, interrupted, run twice at once, out of room; it always ends like an undisturbed one. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import { hardSnapshot } from "../../fixtures/hardDocuments.js";
import { worldToZip } from "../../fixtures/writeWorld.js";
import { BuiltCommand } from "./builtCommand.js";
import { finalFiles, outcomeOf, rightsIn } from "./runOutcome.js";

/** More than 5,000 documents, so that worker threads map them. */
const messages = 4_000;

let folder: string;
let unnest: BuiltCommand;
let undisturbed: Record<string, unknown>;
let labels: readonly string[];

const at = (run: string): string => join(folder, run);
const runArgs = (run: string, snapshot = "snapshot.zip"): string[] => ["run", snapshot, "--out", run, "--threads", "2"];
const fine = { code: 0, error: null };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-lives-"));
  await generateSnapshot({ messages, seed: 5, embeddings: false, path: at("snapshot.zip") });
  await worldToZip(hardSnapshot(11, 500), at("hard.zip"));
  unnest = await BuiltCommand.build(folder);
  const ended = await unnest.run(runArgs("undisturbed"));
  expect(ended).toMatchObject(fine);
  labels = ended.labels;
  undisturbed = await outcomeOf(at("undisturbed"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs until it is killed at the start of a step; false when it got to its end before. */
async function killedAt(run: string, step: string): Promise<boolean> {
  const { code } = await unnest.run(runArgs(run), {
    onStep: (label, { signal }) => label === step && signal("SIGKILL"),
  });
  return code === "SIGKILL";
}

async function expectNothingHalfWritten(run: string): Promise<void> {
  const whole = await finalFiles(at("undisturbed"));
  for (const [name, bytes] of await finalFiles(at(run))) {
    if (name !== "report.json") expect(bytes === whole.get(name), name).toBe(true);
  }
}

describe("killed and started again, it ends as if nothing had been", () => {
  test("at one step after the other", async () => {
    const steps = [
      "documents",
      "schema",
      "map messages",
      "map users",
      "set rules",
      "rebuild messages",
      "checks",
      "package",
      "report",
    ];
    expect(labels).toEqual(expect.arrayContaining(steps));
    for (const step of steps) {
      expect([step, await killedAt("steps", step)]).toEqual([step, true]);
      await expectNothingHalfWritten("steps");
      expect((await rightsIn(at("steps"))).filter((rights) => !/^0[67]00 /.test(rights))).toEqual([]);
    }
    expect(await unnest.run(runArgs("steps"))).toMatchObject({
      ...fine,
      kept: ["load", "transform", "check", "package"],
    });
    expect(await outcomeOf(at("steps"))).toEqual(undisturbed);
  });

  test("at any moment", async () => {
    // Each life is a little longer than the one before, so that the kills wander through all stages.
    const [delays = []] = fc.sample(fc.array(fc.integer({ min: 50, max: 900 }), { minLength: 8, maxLength: 8 }), {
      seed: 7,
      numRuns: 1,
    });
    for (const delay of delays) {
      const running = unnest.start(runArgs("moments"), {
        onStep: (label, { signal }) => label === "load" && setTimeout(() => signal("SIGKILL"), delay),
      });
      const resumed = setTimeout(() => running.signal("SIGKILL"), 1_000 + delay);
      await running.ended;
      clearTimeout(resumed);
      await expectNothingHalfWritten("moments");
    }
    expect(await unnest.run(runArgs("moments"))).toMatchObject(fine);
    expect(await outcomeOf(at("moments"))).toEqual(undisturbed);
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
    expect(await outcomeOf(at("stopped"))).toEqual(undisturbed);
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
    expect(await unnest.run(runArgs("twice"))).toMatchObject(fine);
  });
});

test("while one process works on a directory, every other command on it is refused", async () => {
  let others: Promise<unknown[]> | undefined;
  const first = unnest.start(runArgs("busy"), {
    onStep: (label, { signal }) => {
      if (label !== "map messages") return;
      // Held still, so that it surely works when the others come.
      signal("SIGSTOP");
      const commands = [runArgs("busy"), [...runArgs("busy"), "--fresh"], ["check", "--out", "busy"]];
      others = Promise.all(commands.map((args) => unnest.run(args))).finally(() => signal("SIGCONT"));
    },
  });
  expect(await first.ended).toMatchObject(fine);
  const busy = { code: 3, error: "RUN_DIRECTORY_BUSY" };
  expect(await others).toMatchObject([busy, busy, busy]);
  expect(await outcomeOf(at("busy"))).toEqual(undisturbed);
});

test("another snapshot is refused and changes nothing; --fresh starts over", async () => {
  const refused = { code: 3, error: "RUN_DIRECTORY_OF_ANOTHER_SNAPSHOT" };
  expect(await unnest.run(runArgs("busy", "hard.zip"))).toMatchObject(refused);
  expect(await outcomeOf(at("busy"))).toEqual(undisturbed);
  expect(await unnest.run([...runArgs("busy", "hard.zip"), "--fresh"])).toMatchObject({ ...fine, kept: [] });
  expect(await unnest.run(runArgs("hard", "hard.zip"))).toMatchObject(fine);
  expect(await outcomeOf(at("busy"))).toEqual(await outcomeOf(at("hard")));
});

test("one snapshot always gives the same bytes, whatever threads and memory", async () => {
  const lean = ["run", "snapshot.zip", "--out", "lean", "--threads", "1", "--memory-limit", "300MB"];
  expect(await unnest.run(lean)).toMatchObject(fine);
  expect(await outcomeOf(at("lean"))).toEqual(undisturbed);
});

test("a finished run is for its owner alone, started again it does nothing", async () => {
  const rights = (await rightsIn(at("undisturbed"))).map((line) => line.trim());
  expect(rights.filter((line) => line.startsWith("0700"))).toEqual(["0700", "0700 package"]);
  expect(rights.filter((line) => !line.startsWith("0600") && !line.startsWith("0700"))).toEqual([]);
  const again = await unnest.run(runArgs("undisturbed"));
  expect(again).toMatchObject({ ...fine, kept: ["load", "transform", "check", "package", "report"] });
  expect(await outcomeOf(at("undisturbed"))).toEqual(undisturbed);
});

describe("out of room", () => {
  /** 2 MiB a file: less than any stage needs. */
  const fileLimit = 4096;
  const full = { code: 3, error: "DISK_FULL" };

  test("in the first stage it leaves nothing", async () => {
    expect(await unnest.run(runArgs("full"), { fileLimit })).toMatchObject(full);
    expect(await readdir(folder)).not.toContain("full");
  });

  test("later it keeps what is done, and goes on when there is room", async () => {
    expect(await killedAt("roomy", "transform")).toBe(true);
    expect(await unnest.run(runArgs("roomy"), { fileLimit })).toMatchObject(full);
    expect((await finalFiles(at("roomy"))).size).toBe(0);
    expect(await unnest.run(runArgs("roomy"))).toMatchObject({ ...fine, kept: ["load"] });
    expect(await outcomeOf(at("roomy"))).toEqual(undisturbed);
  });
});
