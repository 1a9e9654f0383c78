/** `unnest delta` in its run directory: what it says, keeps and replaces. */
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { phases } from "../../convex/phases.js";
import { writeWorld } from "../../fixtures/writeWorld.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import { Database } from "../../pipeline/db/database.js";
import { deltaReport } from "../../pipeline/delta/deltaReport.js";
import { silentProgress } from "../../pipeline/run/progress.js";
import { setStep } from "../convex/deployment.js";
import { aWorld } from "../convex/phase/world.js";
import { quietEdge } from "../laws/quietEdge.js";
import { bringInStep } from "./bringInStep.js";
import { exportOf } from "./exportOf.js";

let folder: string;
const at = (...path: readonly string[]) => join(folder, ...path);

/** Exports of one deployment: before the migration, in step, and after a user's preferences were lost past the wrapper. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-delta-"));
  const { deployment, user } = await aWorld();
  const save = async (name: string) => await writeWorld((await exportOf(deployment)).world, at(name));
  await save("before");
  for (const phase of phases) await setStep(deployment, phase, "dual-write");
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

async function unnest(...args: readonly string[]): Promise<Ended> {
  const ran: string[] = [];
  const notes: string[] = [];
  const progress = { ...silentProgress, note: (text: string) => notes.push(text) };
  const stage = ({ name }: { readonly name: string }, kept: boolean) => (kept ? undefined : ran.push(name));
  const edge = { ...quietEdge(), screen: () => ({ progress, stage }) };
  const { output, failure } = await runProgram([...args, "--out", at("out"), "--threads", "1"], edge);
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

test("a run that starts over takes it away", async () => {
  expect((await unnest("run", at("before"), "--fresh")).code).toBe(null);
  expect(await readdir(at("out"))).not.toContain("delta");
});
