import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { phases } from "../../convex/schema/steps.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import { exportSnapshot } from "../../pipeline/embedded/archive/exportSnapshot.js";
import type { EmbeddedDeployment } from "../../pipeline/embedded/embeddedDeployment.js";
import { quietEdge } from "../laws/quietEdge.js";
import { expectedState } from "./expectedState.js";
import { finalState } from "./finalState.js";
import { backfilled, driftFree, switchesOf } from "./markedPhases.js";
import { aMigratingWorld, call, importInto, type MigratingWorld } from "./migratingWorld.js";

let world: MigratingWorld;
beforeAll(async () => {
  world = await aMigratingWorld(150);
});
afterAll(() => world.remove());

const unthrottled = ["--write-budget", "none"];

describe("an import", () => {
  it("leaves the rows of the run, each once, and tells the deployment", async () => {
    const deployment = await world.restored();
    const { report, code } = await importInto(deployment, await world.copyRun(), { args: unthrottled });
    expect(code).toBeNull();
    expect(report.phases.map(({ marked }) => marked)).toEqual(phases.map(() => true));
    expect(report.phases.every(({ done, recorded, batches }) => done === batches && recorded === done)).toBe(true);
    const state = await finalState(deployment);
    expect(state).toEqual(await expectedState(world.run));
  });

  it("is foretold: calls, items, rows and bytes are those of the plan", async () => {
    const { report } = await importInto(await world.restored(), await world.copyRun(), { args: unthrottled });
    const { forecast, reality } = report;
    for (const field of ["calls", "items", "rows", "argumentBytes", "writeBytes"] as const)
      expect(reality?.[field], field).toBe(forecast[field]);
  });

  it("counts log and index entries as the deployment does, within 3 %", async () => {
    const deployment = await world.restored();
    const { report } = await importInto(deployment, await world.copyRun(), { args: unthrottled });
    const counted = ["importParts", "applyPatches", "importCorrections"].reduce(
      (sum, name) => sum + (deployment.counters.byFunction.get(`unnest:${name}`)?.logBytesWritten ?? 0),
      0,
    );
    expect(report.reality?.writeBytes).toBeGreaterThan(counted * 0.97);
    expect(report.reality?.writeBytes).toBeLessThan(counted * 1.03);
  });

  it("started again sends nothing, and says so", async () => {
    const deployment = await world.restored();
    const run = await world.copyRun();
    await importInto(deployment, run, { args: unthrottled });
    const { report, code } = await importInto(deployment, run, { args: unthrottled });
    expect(code).toBeNull();
    expect(report.reality?.calls).toBe(0);
    expect(report.phases.every(({ marked }) => marked)).toBe(true);
  });

  it("of a second run directory of the same snapshot finds everything there", async () => {
    const deployment = await world.restored();
    await importInto(deployment, await world.copyRun(), { args: unthrottled });
    const before = await finalState(deployment);
    const { report } = await importInto(deployment, await world.copyRun(), { args: unthrottled });
    // The same plan has the same batches, so that the deployment answers what it answered.
    expect(report.reality?.calls).toBe(report.forecast.calls);
    expect(await finalState(deployment)).toEqual(before);
  });

  it("in small batches leaves the same", async () => {
    const deployment = await world.restored();
    const { report } = await importInto(deployment, await world.copyRun(), {
      args: ["--batch-bytes", "16KiB", ...unthrottled],
    });
    expect(report.forecast.calls).toBeGreaterThan(12);
    expect(await finalState(deployment)).toEqual(await expectedState(world.run));
  });

  it("counts a batch as done only if it is on record", async () => {
    const deployment = await world.restored();
    const run = await world.copyRun();
    await importInto(deployment, run, { args: unthrottled });
    const [record] = (await call(deployment, "query", "testing:all", { table: "unnestBatches" })) as {
      _id: string;
    }[];
    await call(deployment, "mutation", "testing:remove", { id: record?._id });
    const found = await importInto(deployment, run, { args: unthrottled });
    expect(found.code).toBe("IMPORT_INCOMPLETE");
    const again = await importInto(deployment, run, { args: unthrottled });
    expect(again.code).toBeNull();
    expect(again.report.reality?.calls).toBe(1);
  });

  it("with parts that fit no schema says so at every start, and calls their phase not filled", async () => {
    const deployment = await world.restored();
    const run = await world.copyRun();
    await importInto(deployment, run, { args: ["--dry-run", ...unthrottled] });
    await misspellARow(run);
    const first = await importInto(deployment, run, { args: unthrottled });
    const second = await importInto(deployment, run, { args: unthrottled });
    for (const { report, code } of [first, second]) {
      expect(code).toBe("IMPORT_INVALID");
      expect(report.phases.filter(({ marked }) => !marked)).toMatchObject([{ phase: "phase-1", invalid: 1, open: 0 }]);
      expect(report.invalid).toMatchObject([{ phase: "phase-1", document: { table: "messages" }, table: "toolCalls" }]);
    }
    expect(second.report.reality?.calls).toBe(0);
  });

  it("stopped by Ctrl-C stores what is done, and goes on", async () => {
    const deployment = await world.restored();
    const run = await world.copyRun();
    const stop = new AbortController();
    let calls = 0;
    const faults = (): null => {
      calls += 1;
      if (calls === 6) stop.abort();
      return null;
    };
    const args = ["--batch-bytes", "16KiB", ...unthrottled];
    const stopped = await importInto(deployment, run, { args, faults, edge: { signal: stop.signal } });
    expect(stopped.code).toBe("INTERRUPTED");
    expect(stopped.report.reality?.batches).toBeGreaterThan(0);
    const { report, code } = await importInto(deployment, run, { args });
    expect(code).toBeNull();
    expect(report.forecast.calls).toBeLessThan(report.phases.reduce((sum, { batches }) => sum + batches, 0));
    expect(await finalState(deployment)).toEqual(await expectedState(world.run));
  });

  it("writes its report for its owner alone, and the key nowhere", async () => {
    const run = await world.copyRun();
    await importInto(await world.restored(), run, { args: unthrottled });
    for (const file of ["import.json", "batches.tsv"]) expect((await stat(join(run, file))).mode & 0o077).toBe(0);
    expect(await readFile(join(run, "import.json"), "utf8")).not.toContain("5ec7e7");
  });
});

describe("phases", () => {
  it("named by the user are sent alone", async () => {
    const deployment = await world.restored();
    const { report } = await importInto(deployment, await world.copyRun(), { args: ["--phase", "4", ...unthrottled] });
    expect(report.phases.filter(({ marked }) => marked).map(({ phase }) => phase)).toEqual(["phase-4"]);
    expect(report.phases.filter(({ leftOut }) => leftOut === "not_asked")).toHaveLength(6);
  });

  it("whose parts the run was made without are neither sent, compared nor marked", async () => {
    const deployment = await world.restored();
    const run = join(await world.copyRun(), "..", "plain");
    await runProgram(["run", world.snapshot, "--out", run, "--threads", "1"], quietEdge());
    const { report, code } = await importInto(deployment, run, { args: unthrottled });
    expect(code).toBeNull();
    expect(report.phases.filter(({ marked }) => !marked)).toMatchObject([
      { phase: "phase-7", leftOut: "option_not_run", batches: 0 },
    ]);
    const exported = join(run, "..", "plain.zip");
    await exportSnapshot(deployment, exported);
    await runProgram(["delta", exported, "--out", run, "--threads", "1"], quietEdge());
    await importInto(deployment, run, { args: ["--delta", ...unthrottled] });
    expect(await driftFree(deployment)).toEqual(phases.filter((phase) => phase !== "phase-7"));
  });

  it("that began again since the export are left out", async () => {
    const deployment = await world.restored();
    await abort(deployment, "phase-5");
    const { report, code } = await importInto(deployment, await world.copyRun(), { args: unthrottled });
    expect(code).toBeNull();
    expect(report.phases.find(({ phase }) => phase === "phase-5")?.leftOut).toBe("off_in_deployment");
    await call(deployment, "mutation", "unnest:switchStep", { migrationId: "phase-5", to: "dual-write" });
    const again = await importInto(deployment, await world.copyRun(), { args: unthrottled });
    expect(again.report.phases.find(({ phase }) => phase === "phase-5")?.leftOut).toBe("other_epoch");
  });

  it("that end while they are imported leave the others alone", async () => {
    const deployment = await world.restored();
    let calls = 0;
    const faults = ({ path }: { path: string }): null => {
      if (path === "unnest:importParts" && ++calls === 3)
        void call(deployment, "mutation", "unnest:startAbort", { migrationId: "phase-1", valuesSaved: true });
      return null;
    };
    const args = ["--batch-bytes", "16KiB", "--concurrency", "1", ...unthrottled];
    const { report, code } = await importInto(deployment, await world.copyRun(), { args, faults });
    expect(code).toBe("IMPORT_INCOMPLETE");
    expect(report.phases.find(({ phase }) => phase === "phase-1")).toMatchObject({ ended: "phase_off", marked: false });
    expect(report.phases.filter(({ marked }) => marked)).toHaveLength(6);
  });

  it("of a deployment that is none of a migration are no import", async () => {
    const run = await world.copyRun();
    const deployment = await world.restored();
    for (const phase of phases) await abort(deployment, phase);
    const { code } = await importInto(deployment, run, { args: unthrottled });
    expect(code).toBe("NOTHING_TO_IMPORT");
  });
});

describe("a snapshot of another deployment", () => {
  it.each([[], ["--dry-run"]])("is refused before anything is sent or marked %j", async (...args) => {
    const deployment = await world.restored();
    // The same phases, steps and epochs: another deployment's switches differ by their ids alone.
    for (const { _id, _creationTime, ...document } of await switchesOf(deployment)) {
      await call(deployment, "mutation", "testing:remove", { id: _id });
      await call(deployment, "mutation", "testing:insert", { table: "unnestSwitches", document });
    }
    const { code } = await importInto(deployment, await world.copyRun(), { args: [...args, ...unthrottled] });
    expect(code).toBe("SNAPSHOT_OF_ANOTHER_DEPLOYMENT");
    expect((await finalState(deployment)).toolCalls).toEqual([]);
    expect(await backfilled(deployment)).toEqual([]);
  });
});

describe("a dry run", () => {
  it("asks no deployment, and changes none", async () => {
    const { output, failure } = await runProgram(
      ["import", "--out", await world.copyRun(), "--dry-run", "--json"],
      quietEdge(),
    );
    expect(failure).toBeNull();
    const { import: report } = JSON.parse(output) as { import: { forecast: Record<string, number>; reality: null } };
    expect(report.reality).toBeNull();
    expect(report.forecast.calls).toBeGreaterThan(5);
    expect(report.forecast.seconds).toBeCloseTo((report.forecast.writeBytes ?? 0) / Math.floor(0.4 * 4 * 2 ** 20));
  });

  it("beside a deployment says which phases would be left out", async () => {
    const deployment = await world.restored();
    await abort(deployment, "phase-3");
    const { report } = await importInto(deployment, await world.copyRun(), { args: ["--dry-run"] });
    expect(report.isDryRun).toBe(true);
    expect(report.phases.find(({ phase }) => phase === "phase-3")?.leftOut).toBe("off_in_deployment");
    expect((await finalState(deployment)).toolCalls).toEqual([]);
  });
});

async function abort(deployment: EmbeddedDeployment, migrationId: string): Promise<void> {
  await call(deployment, "mutation", "unnest:startAbort", { migrationId, valuesSaved: true });
}

/** Gives a row of the plan a column that the deployment's schema has not. */
async function misspellARow(run: string): Promise<void> {
  const file = join(run, "batches.tsv");
  const plan = await readFile(file, "latin1");
  await writeFile(file, plan.replace('"toolCallId":', '"toolCallIt":'), "latin1");
}
