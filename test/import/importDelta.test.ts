import { cp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { phases } from "../../convex/schema/steps.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import { exportSnapshot } from "../../pipeline/embedded/archive/exportSnapshot.js";
import type { EmbeddedDeployment } from "../../pipeline/embedded/embeddedDeployment.js";
import { quietEdge } from "../laws/quietEdge.js";
import { backfilled, driftFree, switchesOf } from "./markedPhases.js";
import { aMigratingWorld, call, importInto, type MigratingWorld } from "./migratingWorld.js";

let world: MigratingWorld;
beforeAll(async () => {
  world = await aMigratingWorld(150);
});
afterAll(() => world.remove());

const unthrottled = ["--write-budget", "none"];

describe("import --delta", () => {
  it("needs a delta", async () => {
    const { code } = await importInto(await world.restored(), await world.copyRun(), { args: ["--delta"] });
    expect(code).toBe("DELTA_MISSING");
  });

  it("needs a whole one", async () => {
    const run = await world.copyRun();
    await cp(await world.copyRun(), join(run, "delta"), { recursive: true });
    const { code } = await importInto(await world.restored(), run, { args: ["--delta"] });
    expect(code).toBe("DELTA_INCOMPLETE");
  });

  it("brings what went past the wrapper, and an empty one marks the phases", async () => {
    const deployment = await world.restored();
    const run = await world.copyRun();
    await importInto(deployment, run, { args: unthrottled });
    const drifted = await goPast(deployment);
    const exported = join(run, "..", `t2-${drifted}.zip`);
    await exportSnapshot(deployment, exported);
    const found = await runProgram(["delta", exported, "--out", run, "--threads", "1"], quietEdge());
    expect(found.failure?.code).toBe("DRIFT_FOUND");
    const { report, code } = await importInto(deployment, run, { args: ["--delta", ...unthrottled] });
    expect(code).toBeNull();
    expect(report.reality?.outcomes.resynced).toBe(2);
    // Of the phases in which nothing was found the deployment is told so at once.
    expect(await driftFree(deployment)).toEqual(phases.filter((phase) => phase !== "phase-1"));

    await exportSnapshot(deployment, exported);
    const empty = await runProgram(["delta", exported, "--out", run, "--threads", "1"], quietEdge());
    expect(empty.failure).toBeNull();
    await importInto(deployment, run, { args: ["--delta", ...unthrottled] });
    expect(await driftFree(deployment)).toEqual([...phases]);
  });

  it("has nothing of an export that was taken before the import was done", async () => {
    const deployment = await world.restored();
    const run = await world.copyRun();
    await importInto(deployment, run, { args: unthrottled });
    for (const { _id } of await switchesOf(deployment))
      await call(deployment, "mutation", "testing:patch", { id: _id, fields: { backfilled: false } });
    const exported = join(run, "..", "early.zip");
    await exportSnapshot(deployment, exported);
    await importInto(deployment, run, { args: unthrottled });
    expect(await backfilled(deployment)).toEqual([...phases]);
    const { failure } = await runProgram(["delta", exported, "--out", run, "--threads", "1"], quietEdge());
    expect(failure?.code).toBe("DELTA_BEFORE_IMPORT");
    expect((await importInto(deployment, run, { args: ["--delta", ...unthrottled] })).code).toBe("DELTA_MISSING");
    expect(await driftFree(deployment)).toEqual([]);
  });

  it("tells nothing of a phase whose import was not done in its export", async () => {
    const deployment = await world.restored();
    const run = await world.copyRun();
    await importInto(deployment, run, { args: unthrottled });
    const [first] = await switchesOf(deployment);
    await call(deployment, "mutation", "testing:patch", { id: first?._id, fields: { backfilled: false } });
    const exported = join(run, "..", "half.zip");
    await exportSnapshot(deployment, exported);
    expect((await runProgram(["delta", exported, "--out", run, "--threads", "1"], quietEdge())).failure).toBeNull();
    const { report, code } = await importInto(deployment, run, { args: ["--delta", ...unthrottled] });
    expect(code).toBeNull();
    expect(report.phases.filter(({ marked }) => !marked)).toHaveLength(1);
    expect(await driftFree(deployment)).toHaveLength(phases.length - 1);
  });

  it("ends with DELTA_OUTDATED where the deployment has done an import since the export", async () => {
    const deployment = await world.restored();
    const run = await world.copyRun();
    await importInto(deployment, run, { args: unthrottled });
    const exported = join(run, "..", "outdated.zip");
    await exportSnapshot(deployment, exported);
    expect((await runProgram(["delta", exported, "--out", run, "--threads", "1"], quietEdge())).failure).toBeNull();
    await call(deployment, "mutation", "unnest:markBackfilled", { migrationId: "phase-2", epoch: 1 });
    const { report, code } = await importInto(deployment, run, { args: ["--delta", ...unthrottled] });
    expect(code).toBe("DELTA_OUTDATED");
    expect(report.phases.filter(({ marked }) => !marked).map(({ phase }) => phase)).toEqual(["phase-2"]);
    expect(await driftFree(deployment)).toEqual(phases.filter((phase) => phase !== "phase-2"));
  });
});

/** Removes the tool calls of two messages as the dashboard would; @returns one of their ids. */
async function goPast(deployment: EmbeddedDeployment): Promise<string> {
  const messages = (await call(deployment, "query", "testing:all", { table: "messages" })) as {
    _id: string;
    toolCalls?: unknown[];
  }[];
  const [first, second] = messages.filter(({ toolCalls }) => (toolCalls?.length ?? 0) > 0);
  for (const message of [first, second])
    await call(deployment, "mutation", "testing:patch", { id: message?._id, fields: { toolCalls: [] } });
  return String(first?._id);
}
