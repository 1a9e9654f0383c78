import { expect, test } from "vitest";
import { defineWorld, type World } from "../../fixtures/world.js";
import { phase2 } from "../../fixtures/worlds/phase2.js";
import { phase5 } from "../../fixtures/worlds/phase5.js";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { mintId } from "../../pipeline/convexFormat/ids.js";
import { tiesAndOrders } from "../goldens/tiesAndOrders.js";
import { runWorld, testModel, type WorldRunOptions } from "../transform/runWorld.js";

async function bytesOf(world: World, options?: WorldRunOptions) {
  const run = await runWorld(world, options);
  await run.close();
  return run.bytes;
}

const reversed = (world: World): World => ({
  ...world,
  tables: world.tables.map((table) => ({ ...table, lines: table.lines.toReversed() })).toReversed(),
});

test.each([phase2, tiesAndOrders].map((world) => [world.name, world] as const))(
  "%s gives the same bytes from one thread and from two, in the order of the export and in any other",
  async (_, world) => {
    const bytes = await bytesOf(world, { threads: 1 });
    expect(bytes.zip.length).toBeGreaterThan(1000);
    expect(await bytesOf(reversed(world), { threads: 2 })).toEqual(bytes);
  },
);

test("the same run twice gives the same bytes", async () => {
  expect(await bytesOf(phase5)).toEqual(await bytesOf(phase5));
});

const siblings = defineWorld("siblings", (world) => {
  world.add("users", "ann", { preferences: { theme: "dark", sendOnEnter: true } });
  world.add("conversations", "c1", { messageCount: 1, projectId: world.id("projects", "p1") });
  world.add("projects", "p1", { conversationIds: [world.id("conversations", "c1")] });
  const call = { id: "b", name: "search", arguments: "{}", timestamp: 5 };
  const sources = [7, 3].map((id) => ({ id: String(id), title: "T", url: `https://a.example/${id}` }));
  world.add("messages", "m1", { toolCalls: [call, { ...call, id: "a" }], sources, model: "x", inputTokens: 1 });
  world.add("bookmarks", "b1", { tags: ["x/y", "z"] });
  world.add("feedback", "f1", { tags: ["z"] });
  world.add("memories", "y1", { sourceMessageIds: [world.id("messages", "m1")] });
});

test("ids are made of table and natural key, creation times of the parent's and the place among siblings", async () => {
  const run = await runWorld(siblings);
  try {
    const numbers = new Map(
      (await run.database.rows<{ name: string; number: string }>("SELECT name, number FROM meta.table_numbers")).map(
        ({ name, number }) => [name, Number(number)],
      ),
    );
    const parents = new Map(
      siblings.tables
        .flatMap(({ lines }) => lines.map((line) => decodeValue(line) as Record<string, string | number>))
        .map((row) => [row._id, Number(row._creationTime)]),
    );
    const ordinals: Record<string, number[]> = {};
    for (const [table, lines] of run.packaged) {
      for (const line of lines) {
        const row = decodeValue(line) as Record<string, string | number>;
        const key = testModel.table(table).naturalKey.map((field) => String(row[field] ?? ""));
        const time = Number(row._creationTime);
        expect(row._id).toBe(mintId(numbers.get(table) ?? 0, table, key, time));
        const parent = Math.floor(time / 1000) * 1000;
        expect([...parents.values()]).toContain(parent);
        ordinals[table] = [...(ordinals[table] ?? []), (time - parent) * 4096].sort((a, b) => a - b);
      }
    }
    expect(ordinals).toEqual({
      sourceMetadata: [0, 1],
      tags: [0, 0, 1, 2],
      toolCalls: [0, 1],
      sources: [0, 1],
      projectConversations: [0],
      userPreferences: [0, 1],
      bookmarkTags: [0, 1],
      feedbackTagJunctions: [0],
      conversationTokenUsage: [0],
      memoryMetadata: [0],
      memorySources: [0],
    });
  } finally {
    await run.close();
  }
});
