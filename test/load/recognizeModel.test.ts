import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { defineWorld, type World, type WorldBuilder, type WorldFields } from "../../fixtures/world.js";
import { worldToZip } from "../../fixtures/writeWorld.js";
import { load, model, temporaryFolder } from "./loadedWorld.js";

async function loaded(build: (world: WorldBuilder) => void) {
  const world: World = defineWorld("recognized", build);
  const path = join(await temporaryFolder(), "recognized.zip");
  await worldToZip(world, path);
  return await load(path);
}

/** A document as another application writes it: none of the model's fields that are not given. */
function foreign(world: WorldBuilder, table: string, name: string, fields: WorldFields) {
  const required = model.has(table) ? model.table(table).columns.map((column) => [column.name, undefined]) : [];
  world.add(table, name, { ...Object.fromEntries(required), ...fields });
}

describe("an application of the model is taken", () => {
  test.each<[string, (world: WorldBuilder) => void]>([
    [
      "with few of the tables, as a young one has",
      (world) => {
        world.add("users", "ann");
        world.add("conversations", "c1");
        world.add("messages", "m1");
      },
    ],
    [
      "with one user and nothing else",
      (world) => {
        world.add("users", "ann");
        for (const { name } of model.existing) world.table(name);
      },
    ],
    [
      "with nothing at all",
      (world) => {
        world.table("users");
        world.table("messages");
      },
    ],
    [
      "that is empty but for tables of its own",
      (world) => {
        for (const { name } of model.existing) world.table(name);
        for (let i = 0; i < 20; i++) world.add("changelog", `entry${i}`, { text: "a" });
      },
    ],
    [
      "with many more documents and tables of its own",
      (world) => {
        world.add("users", "ann");
        world.add("conversations", "c1");
        for (let i = 0; i < 200; i++) world.add(`own${i % 40}`, `d${i}`, { text: "a" });
      },
    ],
    [
      "that has changed the table which holds most documents",
      (world) => {
        world.add("users", "ann");
        world.add("conversations", "c1");
        for (let i = 0; i < 50; i++) world.add("messages", `m${i}`, { updatedAt: undefined, status: "queued" });
      },
    ],
    [
      "whose users have lost their preferences to the migration",
      (world) => {
        world.add("users", "ann", { preferences: undefined });
        const state = { step: "cleaned", epoch: 1, since: 1, backfilled: true };
        world.add("unnestSwitches", "s1", { migrationId: "phase-4", ...state });
      },
    ],
  ])("%s", async (_what, build) => {
    const database = await loaded(build);
    expect(await database.count("SELECT count(*) FROM meta.tables")).toBeGreaterThan(0);
  });
});

describe("a stranger's export is refused, with what matched", () => {
  test("a todo list", async () => {
    const refusal = loaded((world) => {
      for (const name of ["ann", "bob"])
        foreign(world, "users", name, { name, email: "a@mail.example", tokenIdentifier: "t" });
      for (let i = 0; i < 3; i++) foreign(world, "messages", `m${i}`, { author: "ann", body: "hello" });
      for (let i = 0; i < 9; i++) world.add("todos", `t${i}`, { text: "milk", isCompleted: false });
    });
    await expect(refusal).rejects.toMatchObject({
      code: "MODEL_MISMATCH",
      exit: 3,
      details: [
        { table: "users", documents: 2, fitting: 0, "model's fields seen": "2 of 10" },
        {
          table: "messages",
          documents: 3,
          fitting: 0,
          "model's fields seen": `0 of ${model.table("messages").columns.length}`,
        },
      ],
    });
  });

  test.each<[string, (world: WorldBuilder) => void]>([
    [
      "a shop whose users come from the same sign-in service",
      (world) => {
        const user = { clerkId: "user_1", email: "a@mail.example", name: "Ann", createdAt: 1, updatedAt: 1 };
        for (let i = 0; i < 9; i++) foreign(world, "users", `u${i}`, user);
        for (let i = 0; i < 3; i++) world.add("orders", `o${i}`, { total: 1 });
      },
    ],
    [
      "another chat",
      (world) => {
        foreign(world, "users", "ann", { name: "Ann", image: "a" });
        foreign(world, "conversations", "c1", { title: "a", members: [world.id("users", "ann")] });
        foreign(world, "messages", "m1", {
          conversationId: world.id("conversations", "c1"),
          content: "a",
          role: "user",
        });
      },
    ],
    [
      "one that shares an empty table",
      (world) => {
        world.table("users");
        world.add("exercises", "e1", { text: "a" });
      },
    ],
  ])("%s", async (_what, build) => {
    await expect(loaded(build)).rejects.toMatchObject({ code: "MODEL_MISMATCH" });
  });
});

describe("numbers that a JSON tool has written anew", () => {
  const stamped = (time: bigint) => ({ createdAt: time, updatedAt: time });

  test("are refused, with table and field", async () => {
    const rewritten = loaded((world) => {
      for (const name of ["ann", "bob"]) world.add("users", name, stamped(1_700_000_000_000n));
    });
    await expect(rewritten).rejects.toMatchObject({
      code: "NUMBERS_REWRITTEN",
      exit: 3,
      place: { table: "users", field: "createdAt" },
    });
  });

  test("are those of the creation time too", async () => {
    const rewritten = loaded((world) => world.add("users", "ann", { _creationTime: 1_700_000_000_000n }));
    await expect(rewritten).rejects.toMatchObject({ code: "NUMBERS_REWRITTEN", place: { table: "users", line: 1 } });
  });

  test("are not an Int64 that an application writes itself: other numbers of the table are as they were", async () => {
    const database = await loaded((world) => {
      world.add("users", "ann", { dailyMessageCount: 3n });
      world.add("users", "bob", { dailyMessageCount: 4n });
    });
    expect(await database.count("SELECT count(*) FROM meta.misfits WHERE path = '/dailyMessageCount'")).toBe(2);
  });
});
