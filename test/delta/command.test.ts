/** `unnest delta` in its run directory: what it says, keeps and replaces. */
import { cp, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { phases } from "../../convex/phases.js";
import { writeWorld } from "../../fixtures/writeWorld.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import { Database } from "../../pipeline/db/database.js";
import { deltaReport } from "../../pipeline/delta/deltaReport.js";
import { deltaRoots, settleDelta } from "../../pipeline/delta/nextDelta.js";
import { silentProgress } from "../../pipeline/run/progress.js";
import { readRecord } from "../../pipeline/run/record.js";
import { setStep } from "../convex/deployment.js";
import { aWorld } from "../convex/phase/world.js";
import { quietEdge } from "../laws/quietEdge.js";
import { bringInStep } from "./bringInStep.js";
import { exportOf } from "./exportOf.js";

let folder: string;
const at = (...path: readonly string[]) => join(folder, ...path);

/** Exports of one deployment: before the migration, after T0, in step, and after a user's preferences were lost past the wrapper. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-delta-"));
  const { deployment, user } = await aWorld();
  const save = async (name: string) => await writeWorld((await exportOf(deployment)).world, at(name));
  await save("before");
  for (const phase of phases) await setStep(deployment, phase, "dual-write");
  await save("begun");
  await bringInStep(deployment);
  await save("inStep");
  await deployment.run(async ({ db }) => await db.patch(user, { preferences: undefined }));
  await save("drifted");
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly output: string;
  readonly code: string | null;
  readonly place: Readonly<Record<string, unknown>>;
  /** Stages that ran, and were not kept. */
  readonly ran: readonly string[];
  readonly notes: readonly string[];
}

const unnest = (...args: readonly string[]): Promise<Ended> => unnestIn("out", ...args);

async function unnestIn(out: string, ...args: readonly string[]): Promise<Ended> {
  const ran: string[] = [];
  const notes: string[] = [];
  const progress = { ...silentProgress, note: (text: string) => notes.push(text) };
  const stage = ({ name }: { readonly name: string }, kept: boolean) => (kept ? undefined : ran.push(name));
  const edge = { ...quietEdge(), screen: () => ({ progress, stage }) };
  const { output, failure } = await runProgram([...args, "--out", at(out), "--threads", "1"], edge);
  return { output, code: failure?.code ?? null, place: failure?.place ?? {}, ran, notes };
}

test("it belongs to a run", async () => {
  expect(await unnest("delta", at("inStep"))).toMatchObject({ code: "RUN_DIRECTORY_MISSING", ran: [] });
});

test("a deployment in which nothing was switched on has nothing to compare", async () => {
  expect((await unnest("run", at("before"))).code).toBe(null);
  expect(await unnest("delta", at("before"))).toMatchObject({ code: "NOTHING_MIGRATES" });
});

test("no drift is exit 0, and the same export again is answered from what stands", async () => {
  const first = await unnest("delta", at("inStep"), "--json");
  expect(first).toMatchObject({ code: null, ran: ["load", "transform", "delta"] });
  expect(JSON.parse(first.output)).toMatchObject({ event: "delta", delta: { driftFree: true } });
  expect(await unnest("delta", at("inStep"), "--json")).toMatchObject({ code: null, ran: [], output: first.output });
});

test("another export replaces it, and says so; its drift is exit 4 until it was applied", async () => {
  const found = await unnest("delta", at("drifted"));
  expect(found).toMatchObject({ code: "DRIFT_FOUND", place: { parts: 1, duplicates: 0, aggregates: 0 } });
  expect(found.notes).toHaveLength(1);
  expect(found.ran).toEqual(["load", "transform", "delta"]);
  const report = deltaReport.parse(JSON.parse(await readFile(at("out", "delta", "delta.json"), "utf8")));
  expect(report.parts).toMatchObject([{ phase: "phase-4", part: "user/preferences", reason: "orphan", parts: 1 }]);
  expect((await stat(at("out", "delta", "delta.json"))).mode & 0o077).toBe(0);
  await imported("done");
  expect((await unnest("delta", at("drifted"))).code).toBe(null);
  await imported("sent");
  expect((await unnest("delta", at("drifted"))).code).toBe("DRIFT_FOUND");
});

/** What `import --delta` leaves of its batches. */
async function imported(state: string): Promise<void> {
  const path = at("out", "delta", "work.duckdb");
  const database = await Database.open(path, { threads: 1, memoryLimit: 2 ** 28, spillDirectory: `${path}.spill` });
  await database.run(
    `CREATE SCHEMA IF NOT EXISTS import; CREATE OR REPLACE TABLE import.batches AS SELECT 'done' AS state, NULL::VARCHAR AS answer UNION ALL SELECT '${state}', NULL`,
  );
  database.close();
}

test("an export that proves nothing is refused before it is loaded, and the earlier delta stays", async () => {
  const before = await readFile(at("out", "delta", "delta.json"), "utf8");
  expect(await unnest("delta", at("begun"))).toMatchObject({ code: "DELTA_BEFORE_IMPORT", ran: [] });
  expect(await unnest("delta", at("before"))).toMatchObject({ code: "NOTHING_MIGRATES", ran: [] });
  expect(await readFile(at("out", "delta", "delta.json"), "utf8")).toBe(before);
});

test("of a run of a later export: older ones, its own and another deployment's are refused, by what switches show", async () => {
  const to = (...args: readonly string[]) => unnestIn("later", ...args);
  expect((await to("run", at("inStep"))).code).toBe(null);
  expect(await to("delta", at("inStep"))).toMatchObject({ code: "DELTA_OF_RUNS_OWN_EXPORT", ran: [] });
  expect(await to("delta", at("begun"))).toMatchObject({ code: "DELTA_OF_OLDER_EXPORT", ran: [] });
  const other = await aWorld();
  for (const phase of [...phases].reverse()) await setStep(other.deployment, phase, "dual-write");
  await bringInStep(other.deployment);
  await writeWorld((await exportOf(other.deployment)).world, at("other"));
  expect(await to("delta", at("other"))).toMatchObject({ code: "DELTA_OF_ANOTHER_DEPLOYMENT", ran: [] });
});

test("an earlier delta stays until the new one is whole, and a kill between the two renames loses neither", async () => {
  const { current, next, last } = deltaRoots(at("out"));
  const snapshotOf = async (root: string) => (await readRecord(join(root, "run.json")))?.snapshot.name;
  expect(await snapshotOf(current)).toBe("drifted");
  // Killed while it was made: what there is of it is gone on with.
  const stop = new AbortController();
  const stage = ({ name }: { readonly name: string }) => (name === "load" ? stop.abort() : undefined);
  const edge = { ...quietEdge(), signal: stop.signal, screen: () => ({ progress: silentProgress, stage }) };
  const line = ["delta", at("inStep"), "--out", at("out"), "--threads", "1"];
  expect((await runProgram(line, edge)).failure?.code).toBe("INTERRUPTED");
  expect([await snapshotOf(current), await snapshotOf(next)]).toEqual(["drifted", "inStep"]);
  expect(await unnest("delta", at("inStep"))).toMatchObject({ code: null, ran: ["transform", "delta"] });
  expect(await readdir(at("out"))).not.toContain("delta.next");
  // Killed after the first rename, and after the second.
  await rename(current, last);
  await settleDelta({ current, next, last });
  expect(await snapshotOf(current)).toBe("inStep");
  await cp(current, last, { recursive: true });
  await rename(current, next);
  await settleDelta({ current, next, last });
  expect(await snapshotOf(current)).toBe("inStep");
  expect((await readdir(at("out"))).filter((name) => name.startsWith("delta."))).toEqual([]);
});

test("a run that starts over takes it away", async () => {
  expect((await unnest("run", at("before"), "--fresh")).code).toBe(null);
  expect(await readdir(at("out"))).not.toContain("delta");
});
