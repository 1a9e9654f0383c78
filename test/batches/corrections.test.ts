/** Aggregates of a snapshot against their recounts: rows, messages, open touches, and what of them counts. */
import { afterEach, describe, expect, test } from "vitest";
import { type TouchKind, touchKinds } from "../../convex/schema/touchKinds.js";
import { defineWorld, type World, type WorldBuilder } from "../../fixtures/world.js";
import { correctionsABatch, planCorrections } from "../../pipeline/batches/corrections.js";
import { snapshotPhases } from "../../pipeline/batches/snapshotPhases.js";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { sqlFiles } from "../../pipeline/db/sqlFiles.js";
import { correctionPrefix } from "../../transforms/correctionId.js";
import { type LoadedWorld, loadWorld } from "./loadWorld.js";

let run: LoadedWorld | null = null;
afterEach(async () => {
  await run?.close();
  run = null;
});

/** Corrections of a world by `kind key`, names in place of ids. */
async function correctionsOf(build: (world: WorldBuilder) => void): Promise<Record<string, unknown>> {
  run = await loadWorld(migrating(build));
  await planCorrections(run.database, await snapshotPhases(run.database, []));
  const rows = await run.database.rows<{ kind: string; key: string; delta: string }>("SELECT * FROM plan.corrections");
  return Object.fromEntries(rows.map(({ kind, key, delta }) => [`${kind} ${run?.named(key)}`, decodeValue(delta)]));
}

function migrating(build: (world: WorldBuilder) => void, step = "dual-write"): World {
  return defineWorld("migrating", (world) => {
    // Listed, so that its ids are of a table.
    world.table("users");
    const switches = ["phase-2", "phase-5", "phase-6", "phase-7"];
    for (const migrationId of switches)
      world.add("unnestSwitches", migrationId, { migrationId, step, epoch: 2, since: 1, backfilled: false });
    world.add("conversations", "c", { messageCount: 1 });
    world.add("messages", "m", { conversationId: world.id("conversations", "c"), status: "pending" });
    build(world);
  });
}

let touches = 0;

function touch(world: WorldBuilder, kind: string, key: string, delta: Record<string, number>): void {
  world.add("unnestTouches", `t${touches++}`, { migrationId: "phase-7", kind, key, delta, at: 1 });
}

test("every kind of touches has its two relations, and there is none for another one", () => {
  for (const folder of ["delta/recount", "delta/stored"])
    expect(sqlFiles(folder).map(({ name }) => name)).toEqual(Object.keys(touchKinds).sort());
});

test("relations give the columns that their kind counts", async () => {
  run = await loadWorld(migrating(() => undefined));
  for (const [kind, { counts, times }] of Object.entries(touchKinds))
    for (const folder of ["delta/recount", "delta/stored"]) {
      const file = sqlFiles(folder).find(({ name }) => name === kind);
      const columns = await run.database.rows<{ column_name: string }>(`DESCRIBE ${file?.text}`);
      expect(columns.map(({ column_name }) => column_name)).toEqual(["key", ...counts, ...times]);
    }
});

describe("a correction", () => {
  test("is the recount less what stands and what is on its way", async () => {
    expect(
      await correctionsOf((world) => {
        const [few, many, right] = ["few", "many", "right"].map((name) =>
          world.add("conversations", name, { messageCount: 7 }),
        );
        for (const n of [1, 2]) world.add("messages", `a${n}`, { conversationId: few ?? "", status: "pending" });
        for (let n = 0; n < 9; n++) world.add("messages", `b${n}`, { conversationId: many ?? "", status: "pending" });
        for (let n = 0; n < 8; n++) world.add("messages", `d${n}`, { conversationId: right ?? "", status: "pending" });
        touch(world, "messageCount", few ?? "", { messageCount: -2 });
        touch(world, "messageCount", few ?? "", { messageCount: -1 });
        touch(world, "messageCount", right ?? "", { messageCount: 1 });
      }),
    ).toEqual({
      "messageCount conversations:few": { messageCount: -2 },
      "messageCount conversations:many": { messageCount: 2 },
    });
  });

  test("takes a count that is missing for 0", async () => {
    expect(
      await correctionsOf((world) => {
        world.add("messages", "n", { conversationId: world.add("conversations", "none"), status: "pending" });
        world.add("conversations", "empty");
      }),
    ).toEqual({ "messageCount conversations:none": { messageCount: 1 } });
  });

  test("leaves out touches that the fold will drop: of documents that are gone, of no number, of another field", async () => {
    expect(
      await correctionsOf((world) => {
        touch(world, "messageCount", world.id("conversations", "gone"), { messageCount: 3 });
        touch(world, "conversationTokenUsage", `${world.id("conversations", "gone")} m`, { messageCount: 3 });
        touch(world, "messageCount", world.id("conversations", "c"), { messageCount: Number.NaN });
        touch(world, "messageCount", world.id("conversations", "c"), { messageCount: 1, other: 1 });
        touch(world, "another", world.id("conversations", "c"), { messageCount: 1 });
      }),
    ).toEqual({});
  });

  test("of usage says all sums, takes rows away that nothing counts for, and leaves a time alone aside", async () => {
    const usage = { inputTokens: 2, outputTokens: 1, totalTokens: 3, messageCount: 1 };
    expect(
      await correctionsOf((world) => {
        const conversationId = world.id("conversations", "c");
        const message = { conversationId, status: "complete", inputTokens: 2, outputTokens: 1, updatedAt: 50 };
        world.add("messages", "x", { ...message, model: "born" });
        world.add("messages", "y", { ...message, model: "known" });
        world.add("messages", "z", { ...message, model: "older" });
        touch(world, "messageCount", conversationId, { messageCount: 3 });
        const row = (model: string, fields: object) =>
          world.add("conversationTokenUsage", model, {
            conversationId,
            model,
            ...usage,
            lastUpdatedAt: 90,
            createdAt: 1,
            ...fields,
          });
        row("known", { reasoningTokens: 4 });
        row("older", { lastUpdatedAt: 10 });
        row("gone", {});
      }),
    ).toEqual({
      "conversationTokenUsage conversations:c born": { ...usage, lastUpdatedAt: 50 },
      "conversationTokenUsage conversations:c known": { reasoningTokens: -4 },
      "conversationTokenUsage conversations:c gone": {
        inputTokens: -2,
        outputTokens: -1,
        totalTokens: -3,
        messageCount: -1,
      },
    });
  });

  test("of accesses counts the rows there are, and knows infinite times", async () => {
    expect(
      await correctionsOf((world) => {
        const fields = { url: "https://a.example/", domain: "a.example", enriched: false, accessCount: 1 };
        const times = { firstSeenAt: 20, lastAccessedAt: 20 };
        const [first, second] = ["a", "b"].map((urlHash) =>
          world.add("sourceMetadata", urlHash, { ...fields, ...times, urlHash }),
        );
        const ids = {
          messageId: world.id("messages", "m"),
          conversationId: world.id("conversations", "c"),
          userId: world.id("users", "u"),
        };
        for (const [position, createdAt] of [30, 10].entries())
          world.add("sources", `s${position}`, {
            ...ids,
            ...{ sourceMetadataId: first, urlHash: "a", position, provider: "generic", url: "https://a.example/" },
            ...{ isPartial: false, createdAt },
          });
        touch(world, "sourceMetadata", first ?? "", { lastAccessedAt: Number.POSITIVE_INFINITY });
        touch(world, "sourceMetadata", second ?? "", { accessCount: -1 });
      }),
    ).toEqual({ "sourceMetadata sourceMetadata:a": { accessCount: 1, firstSeenAt: 10 } });
  });
});

test("500 keys are a batch, in key order, and one plan is like the other", async () => {
  run = await loadWorld(
    migrating((world) => {
      for (let n = 0; n < 1_100; n++) world.add("conversations", `k${n}`, { messageCount: 5 });
    }),
  );
  const plan = async () => {
    if (run === null) throw new Error("it runs");
    await planCorrections(run.database, await snapshotPhases(run.database, []));
    return await run.database.rows<{ key: string; number: number; kind: TouchKind }>("SELECT * FROM plan.corrections");
  };
  const rows = await plan();
  expect(rows.map(({ key }) => key)).toEqual(rows.map(({ key }) => key).sort());
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, at) => Math.floor(at / correctionsABatch)));
  expect(rows).toHaveLength(1_100);
  expect(await plan()).toEqual(rows);
});

test("phases that are off, or whose rows are the truth, have none", async () => {
  for (const step of ["off", "cleaned"]) {
    run = await loadWorld(migrating((world) => world.add("conversations", "wrong", { messageCount: 9 }), step));
    await planCorrections(run.database, await snapshotPhases(run.database, []));
    expect(await run.database.count("SELECT count(*) FROM plan.corrections")).toBe(0);
    await run.close();
  }
  run = null;
});

test("a snapshot tells each phase's step, epoch, and the correction batches it has seen", async () => {
  run = await loadWorld(
    migrating((world) => {
      const batch = { migrationId: "phase-7", epoch: 2, hash: "", answer: null, createdAt: 1 };
      for (const [name, fields] of Object.entries({
        a: { batchId: `${correctionPrefix}a` },
        b: { batchId: `${correctionPrefix}b` },
        c: { batchId: `${correctionPrefix}c`, epoch: 1 },
        d: { batchId: `${correctionPrefix}d`, migrationId: "phase-6" },
        e: { batchId: "import-e" },
      }))
        world.add("unnestBatches", name, { ...batch, ...fields });
    }),
  );
  const phases = await snapshotPhases(run.database, []);
  expect(phases.map(({ phase, step, epoch, seen }) => [phase, step, epoch, seen])).toEqual([
    ["phase-1", "off", 0, 0],
    ["phase-2", "dual-write", 2, 0],
    ["phase-3", "off", 0, 0],
    ["phase-4", "off", 0, 0],
    ["phase-5", "dual-write", 2, 0],
    ["phase-6", "dual-write", 2, 1],
    ["phase-7", "dual-write", 2, 2],
  ]);
});
