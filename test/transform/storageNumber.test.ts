/** Which table number ids of stored files have, when the export does not list the files (spec 4, phase 1). */
import { expect, test } from "vitest";
import { defineWorld, type WorldBuilder } from "../../fixtures/world.js";
import { runWorld } from "./runWorld.js";

const attachment = (storageId: string) => ({ type: "file", name: "a", storageId, mimeType: "", size: 1 });

/** Attachments with an id of `_storage` each, one with an id of another table, and whatever else says what a file's id is. */
const withAttachments = (name: string, more: (world: WorldBuilder) => void) =>
  defineWorld(name, (world) => {
    world.add("users", "ann");
    world.add("conversations", "c1", { messageCount: 1 });
    const ids = [world.id("_storage", "f1"), world.id("users", "ann"), world.id("_storage", "f2"), "f3"];
    world.add("messages", "m1", { attachments: ids.map(attachment) });
    more(world);
  });

test.each([
  ["another field says it", (world: WorldBuilder) => void world.add("files", "f1", { conversationId: undefined })],
  ["only attachments say it", () => {}],
  ["the list of files is empty, as in older exports", (world: WorldBuilder) => world.table("_storage")],
])("%s: its ids give rows, others are invalid_storage_id", async (name, more) => {
  const run = await runWorld(withAttachments(name.replaceAll(" ", "-"), more));
  try {
    expect(run.packaged.get("attachments")).toHaveLength(2);
    expect(run.ledger.map(({ code, path }) => `${code} ${path}`).sort()).toEqual([
      "invalid_storage_id /attachments/1",
      "invalid_storage_id /attachments/3",
      "original /attachments",
    ]);
    expect(await run.database.rows("SELECT name FROM meta.checks WHERE status = 'failed'")).toEqual([]);
  } finally {
    await run.close();
  }
});

test("what other fields carry decides, whatever attachments say", async () => {
  const world = withAttachments("decided", (add) => void add.add("files", "f1", { storageId: add.id("users", "ann") }));
  const run = await runWorld(world);
  try {
    const rows = run.packaged.get("attachments")?.map(run.named);
    expect(rows).toEqual([expect.stringContaining('"storageId":"users:ann"')]);
  } finally {
    await run.close();
  }
});
