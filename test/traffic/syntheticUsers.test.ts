import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineSchema } from "convex/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { existingTables } from "../../convex/schema/tables.js";
import { transitionalSchema } from "../../convex/schema/transitionalSchema.js";
import { applicationModules } from "../../fixtures/application/modules.js";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import { Random } from "../../fixtures/generator/random.js";
import { documentRules } from "../../fixtures/traffic/documentRules.js";
import { openDoor } from "../../fixtures/traffic/door.js";
import { syntheticUsers } from "../../fixtures/traffic/syntheticUsers.js";
import { exportSnapshot } from "../../pipeline/embedded/archive/exportSnapshot.js";
import { loadSnapshot } from "../../pipeline/embedded/archive/loadSnapshot.js";
import { EmbeddedDeployment } from "../../pipeline/embedded/embeddedDeployment.js";
import { serve } from "../../pipeline/embedded/serve.js";
import { compareDocuments } from "../../pipeline/rehearse/compareDocuments.js";
import { movedFields } from "../../pipeline/rehearse/oldDocuments.js";
import type { Traffic, TrafficRound } from "../../pipeline/rehearse/traffic.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-traffic-"));
  await generateSnapshot({
    messages: 300,
    seed: 2,
    embeddings: false,
    meanBytes: 1200,
    path: join(folder, "snapshot.zip"),
  });
});
afterAll(async () => await rm(folder, { recursive: true }));

const adminKey = `dev:traffic|${"c".repeat(40)}`;
const round: TrafficRound = {
  name: "first",
  manner: "plain",
  stubborn: false,
  changes: 120,
  signal: new AbortController().signal,
};

interface Scene {
  readonly traffic: Traffic;
  readonly exportTo: (path: string) => Promise<void>;
  readonly snapshot: string;
}

/** Users in a deployment of their own. */
async function withUsers<T>(seed: number, work: (scene: Scene) => Promise<T>): Promise<T> {
  const random = new Random(9, 9, 9);
  const deployment = await EmbeddedDeployment.create({
    schema: defineSchema(transitionalSchema.tables, { schemaValidation: false }),
    modules: applicationModules,
    random: () => random.next(),
  });
  const snapshot = join(folder, "snapshot.zip");
  await loadSnapshot(deployment, snapshot);
  const { url, close } = await serve(deployment, { adminKey });
  try {
    const door = openDoor(url, adminKey);
    const traffic = await syntheticUsers({ door, seed, sessions: 4, now: () => 1_790_000_000_000 });
    return await work({ traffic, snapshot, exportTo: async (path) => await exportSnapshot(deployment, path) });
  } finally {
    await close();
  }
}

const deeds = ({ log }: Traffic) => JSON.stringify([...log.actions]);

test("what users do follows from the seed, however their calls interleave", async () => {
  const played = async (seed: number): Promise<string> =>
    await withUsers(seed, async ({ traffic }) => {
      await traffic.play(round);
      return deeds(traffic);
    });
  const first = await played(1);
  expect(await played(1)).toBe(first);
  expect(await played(2)).not.toBe(first);
});

test("they write as much as they are asked to, in all three ways, and nothing of it fails", async () => {
  await withUsers(3, async ({ traffic }) => {
    await traffic.play(round);
    expect(traffic.log.unexpected).toEqual([]);
    expect(traffic.log.changed).toBeGreaterThanOrEqual(round.changes);
    const actions = [...traffic.log.actions.keys()];
    for (const way of ["(wrapped)", "(helper)", "(past the wrapper)"])
      expect(actions.filter((action) => action.endsWith(way)).length, way).toBeGreaterThan(1);
  });
});

test("their log is what the documents hold, round after round", async () => {
  await withUsers(4, async ({ traffic, exportTo, snapshot }) => {
    await traffic.play(round);
    await traffic.play({ ...round, name: "second", manner: "helpers" });
    const after = join(folder, "after.zip");
    await exportTo(after);
    const compared = await compareDocuments({
      before: snapshot,
      after,
      tables: Object.keys(existingTables),
      log: traffic.log,
      rules: documentRules,
      moved: movedFields,
    });
    expect(compared.findings).toEqual([]);
    expect(compared.looked).toBeGreaterThan(300);
  });
});

test("readers are asked the same questions each time, whoever has written meanwhile", async () => {
  await withUsers(5, async ({ traffic }) => {
    await traffic.play({ ...round, changes: 20 });
    const first = await traffic.ask(30);
    expect(first.size).toBeGreaterThan(20);
    expect([...(await traffic.ask(30))].sort()).toEqual([...first].sort());
  });
});

test("a round that is called off ends", async () => {
  await withUsers(6, async ({ traffic }) => {
    await traffic.play({ ...round, changes: 1_000_000, signal: AbortSignal.timeout(300) });
    expect(traffic.log.changed).toBeLessThan(1_000_000);
  });
});
