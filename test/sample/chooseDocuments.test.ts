import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { defineWorld, type World, type WorldBuilder } from "../../fixtures/world.js";
import { writeWorld } from "../../fixtures/writeWorld.js";
import { openArchive } from "../../pipeline/convexFormat/archive.js";
import { decodeId } from "../../pipeline/convexFormat/ids.js";
import { type Documents, documentsIn, folderOfTests, sampleOf, textsIn, unnest } from "./sampled.js";

/** Three users with a conversation each; what links them to one another is the test's. */
function people(more: (world: WorldBuilder) => void = () => undefined): World {
  return defineWorld("people", (world) => {
    for (const name of ["ann", "bob", "cleo"]) {
      const userId = world.add("users", name);
      const conversationId = world.add("conversations", name, { userId });
      for (const n of [1, 2]) world.add("messages", `${name}${n}`, { conversationId, userId });
      world.add("bookmarks", name, { userId, conversationId, messageId: world.id("messages", `${name}1`) });
    }
    world.add("feedbackTags", "ui");
    more(world);
  });
}

const names = (world: World, documents: Documents): string[] =>
  [...documents.values()].flatMap((rows) => rows.map(({ _id }) => world.names.get(String(_id)) ?? "?")).sort();

test("a user comes with all that belongs to them, and what belongs to nobody stays", async () => {
  const world = people();
  const documents = await sampleOf(world, "--users", "1");
  const [user] = documents.get("users") ?? [];
  const name = world.names.get(String(user?._id))?.slice("users:".length);
  expect(names(world, documents)).toEqual(
    ["users:", "conversations:", "messages:1", "messages:2", "bookmarks:"]
      .map((what) => what.replace(":", `:${name}`))
      .concat("feedbackTags:ui")
      .sort(),
  );
});

test("one seed is one choice, and another seed another one", async () => {
  const world = people((to) => {
    for (let n = 0; n < 20; n++) to.add("users", `more${n}`);
  });
  const chosen = async (seed: string) => names(world, await sampleOf(world, "--users", "5", "--seed", seed));
  const first = await chosen("1");
  expect(first.filter((name) => name.startsWith("users:"))).toHaveLength(5);
  expect(await chosen("1")).toEqual(first);
  expect(await chosen("2")).not.toEqual(first);
});

test("what is referred to comes along: whole conversations, and other users without what is theirs", async () => {
  const world = people((to) => {
    // Everybody's bookmarks lead to the next one's conversation.
    for (const [from, other] of [
      ["ann", "bob"],
      ["bob", "cleo"],
      ["cleo", "ann"],
    ] as const) {
      const fields = { messageId: to.id("messages", `${other}1`), conversationId: to.id("conversations", other) };
      to.add("bookmarks", `${from}To${other}`, { userId: to.id("users", from), ...fields });
    }
  });
  const documents = await sampleOf(world, "--users", "1");
  expect(documents.get("users")).toHaveLength(2);
  expect(documents.get("conversations")).toHaveLength(2);
  expect(documents.get("messages")).toHaveLength(4);
  expect(documents.get("bookmarks")).toHaveLength(2);
});

test("files come when something names them, an attachment too; ids that dangled go on dangling", async () => {
  const world = people((to) => {
    for (const file of ["named", "attached", "unused"]) to.add("_storage", file);
    const userId = to.id("users", "ann");
    to.add("files", "f", { userId, storageId: to.id("_storage", "named") });
    to.add("messages", "ann3", {
      ...{ userId, conversationId: to.id("conversations", "ann"), parentMessageId: to.id("messages", "gone") },
      attachments: [
        { type: "file", name: "a", storageId: to.id("_storage", "attached"), mimeType: "text/plain", size: 1 },
      ],
    });
  });
  const documents = await sampleOf(world, "--users", "3");
  expect(names(world, documents).filter((name) => name.startsWith("_storage"))).toEqual([
    "_storage:attached",
    "_storage:named",
  ]);
  expect(missingIn(documents).map((id) => world.names.get(id))).toEqual(["messages:gone"]);
});

test.each([
  [[], true],
  [["--remint"], true],
  [["--anonymize"], false],
])("uploaded files come under their ids with %j: %j", async (flags, come) => {
  const folder = await folderOfTests();
  const world = people((to) => {
    for (const file of ["named", "unused"]) to.add("_storage", file);
    to.add("files", "f", { userId: to.id("users", "ann"), storageId: to.id("_storage", "named") });
  });
  await writeWorld(world, join(folder, "export"));
  for (const file of ["named", "unused"])
    await writeFile(join(folder, "export", "_storage", `${world.id("_storage", file)}.txt`), `the ${file} file`);
  const path = join(folder, "sample.zip");
  await unnest("sample", join(folder, "export"), "--users", "3", "--out", path, "--quiet", ...flags);
  const archive = await openArchive(path);
  try {
    const [listed] = (await documentsIn(path)).get("_storage") ?? [];
    const files = await Promise.all(
      [...archive.storage.files].map(async ([id, file]) => [id, await text(await file.open())]),
    );
    expect(files).toEqual(come ? [[listed?._id, "the named file"]] : []);
  } finally {
    await archive.close();
  }
});

test("new ids are the same everywhere, of the same table, and none of the old ones is left", async () => {
  const world = people();
  const documents = await sampleOf(world, "--users", "3", "--remint");
  const ids = new Set([...documents.values()].flat().map(({ _id }) => String(_id)));
  expect(ids.size).toBe([...documents.values()].flat().length);
  expect(missingIn(documents)).toEqual([]);
  expect([...ids].filter((id) => world.names.has(id))).toEqual([]);
  for (const [table, rows] of documents) {
    const number = world.tables.find(({ name }) => name === table)?.number;
    expect(rows.every(({ _id }) => decodeId(String(_id))?.tableNumber === number)).toBe(true);
    expect(rows.map(({ _id }) => _id)).toEqual(rows.map(({ _id }) => _id).sort());
  }
});

/** Ids in the documents that lead nowhere. */
function missingIn(documents: Documents): string[] {
  const all = [...documents.values()].flat();
  const there = new Set(all.map(({ _id }) => String(_id)));
  const named = all
    .flatMap((row) => [...textsIn(row)].map(({ text }) => text))
    .filter((text) => decodeId(text) !== null);
  return [...new Set(named)].filter((id) => !there.has(id));
}
