import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mergeTags, renameTag } from "../../../convex/helpers/tags/renameTag.js";
import { setTagAppearance } from "../../../convex/helpers/tags/setTagAppearance.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { tagged } from "../../../convex/tagged.js";
import { all, type Deployment, put, setStep } from "../deployment.js";
import { aUser } from "../documents.js";
import { expectInStep } from "../dualWrite/inStep.js";
import { act, bring, finish, refusal, steps } from "./act.js";
import { aTagWorld, bringTags, linkCounts, tagId, tagsAt } from "./tagWorld.js";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const withTags = steps.filter((step) => step !== "off");
async function rename(deployment: Deployment, slug: string, newName: string): Promise<void> {
  const id = await tagId(deployment, slug);
  await act(deployment, (ctx) => renameTag(ctx, id, newName));
  await finish(deployment);
}

/** Labels of renamed links follow when their part is synced; nothing else may change then. */
async function expectSteady(deployment: Deployment): Promise<void> {
  for (const [table, transform] of Object.entries(tagged)) {
    for (const { _id } of await all(deployment, table as keyof typeof tagged)) {
      const changes = await act(deployment, ({ unnest }) => syncPart(unnest, transform, _id));
      expect(changes).toMatchObject({ inserted: 0, deleted: 0 });
    }
  }
  await expectInStep(deployment);
}

const rowsOnly = (step: string) => step === "cleaned" || step === "complete";

describe.each(withTags)("at step %s", (step) => {
  test("a tag that a document has in two spellings is renamed once and does not come back", async () => {
    const { deployment, bookmark } = await aTagWorld();
    const twice = await bookmark(["Work", "Trip", " work "]);
    const both = await bookmark(["work", "Job", "Work", ""]);
    await bringTags(deployment, step);
    await rename(deployment, "work", "Job");
    const given = step === "complete" ? ["Job"] : ["Job", ""];
    expect(await tagsAt(deployment, "bookmarks", twice, step)).toEqual(["Job", "Trip"]);
    expect(await tagsAt(deployment, "bookmarks", both, step)).toEqual(given);
    await expectSteady(deployment);
    expect(await linkCounts(deployment)).toEqual({ job: 2, trip: 1 });
  });

  test("a tag is renamed with its descendants, in every kind of document", async () => {
    const { deployment, bookmark, snippet, note } = await aTagWorld();
    const ids = [await bookmark(["Work", "Home"]), await snippet(["work/Big Project", "x"]), await note(["WORK/a/b"])];
    await bringTags(deployment, step);
    const id = await tagId(deployment, "work");
    await act(deployment, (ctx) => setTagAppearance(ctx, id, { color: "red" }));
    await act(deployment, (ctx) => renameTag(ctx, id, "My/Job"));
    await finish(deployment);
    const tags = async (table: keyof typeof tagged, index: number) =>
      await tagsAt(deployment, table, String(ids[index]), step);
    expect(await tags("bookmarks", 0)).toEqual(["My/Job", "Home"]);
    expect(await tags("snippets", 1)).toEqual(["My/Job/Big Project", "x"]);
    expect(await tags("notes", 2)).toEqual(["My/Job/a/b"]);
    expect(await linkCounts(deployment)).toEqual({
      my: 0,
      "my/job": 1,
      "my/job/a": 0,
      "my/job/a/b": 1,
      "my/job/big project": 1,
      home: 1,
      x: 1,
    });
    const stored = await all(deployment, "tags");
    expect(stored.find(({ slug }) => slug === "my/job")).toMatchObject({
      color: "red",
      depth: 1,
      displayName: "My/Job",
    });
    if (rowsOnly(step)) expect(await tagId(deployment, "my/job")).toBe(id);
    for (const { slug, path, depth, parentId } of stored) {
      expect([path, depth]).toEqual([`/${slug}`, slug.split("/").length - 1]);
      const parent = stored.find(({ _id }) => _id === parentId)?.slug;
      expect(parent).toBe(depth === 0 ? undefined : slug.slice(0, slug.lastIndexOf("/")));
    }
    await expectSteady(deployment);
  });

  test("a name that another tag has merges into it: a document that had both has it once", async () => {
    const { deployment, bookmark, note } = await aTagWorld();
    const both = await bookmark(["Work", "x", "Job"]);
    const one = await note(["WORK", "work/sub", "job/sub"]);
    await bringTags(deployment, step);
    const [from, into] = [await tagId(deployment, "work"), await tagId(deployment, "job")];
    await act(deployment, (ctx) => mergeTags(ctx, from, into));
    await finish(deployment);
    expect(await tagsAt(deployment, "bookmarks", both, step)).toEqual(["x", "Job"]);
    expect(await tagsAt(deployment, "notes", one, step)).toEqual(["Job", "job/sub"]);
    expect(await linkCounts(deployment)).toEqual({ job: 2, "job/sub": 1, x: 1 });
    await expectSteady(deployment);
  });

  test("a tag can be renamed to its own ancestor, and its descendants move up", async () => {
    const { deployment, bookmark } = await aTagWorld();
    const id = await bookmark(["a/b", "a/b/b", "a/b/c"]);
    await bringTags(deployment, step);
    await rename(deployment, "a/b", "A");
    expect(await tagsAt(deployment, "bookmarks", id, step)).toEqual([
      ...(rowsOnly(step) ? ["a", "a/b"] : ["A", "A/b"]),
      "A/c",
    ]);
    expect(await linkCounts(deployment)).toEqual({ a: 1, "a/b": 1, "a/c": 1 });
    await expectSteady(deployment);
  });

  test("another spelling of the same tag is only its displayName", async () => {
    const { deployment, bookmark } = await aTagWorld();
    const id = await bookmark(["work"]);
    await bringTags(deployment, step);
    await rename(deployment, "work", "WORK");
    expect(await all(deployment, "tags")).toMatchObject([{ slug: "work", displayName: "WORK" }]);
    expect(await tagsAt(deployment, "bookmarks", id, step)).toEqual(["work"]);
    await expectSteady(deployment);
  });

  test("what would have no end, or be too long, is refused before anything is renamed", async () => {
    const { deployment, bookmark } = await aTagWorld();
    const deep = `work/${Array.from({ length: 14 }, (_, at) => `s${at}`).join("/")}`;
    await bookmark(["work", deep, "other"]);
    await bringTags(deployment, step);
    const before = await all(deployment, "tags");
    const id = await tagId(deployment, "work");
    const renaming = (to: string) => refusal(deployment, (ctx) => renameTag(ctx, id, to));
    expect(await renaming("Work/Sub")).toBe("tag_inside_itself");
    expect(await renaming(" / ")).toBe("empty_tag");
    expect(await renaming("x".repeat(257))).toBe("tag_too_long");
    expect(await renaming("one/two/three")).toBe("tag_too_long");
    expect(await refusal(deployment, (ctx) => mergeTags(ctx, id, id))).toBe("same_tag");
    expect(await refusal(deployment, (ctx) => renameTag(ctx, "nobody", "x"))).toBe("document_missing");
    await finish(deployment);
    expect(await all(deployment, "tags")).toEqual(before);
  });

  test("tags of another user, of the same name, stay", async () => {
    const { deployment, bookmark } = await aTagWorld();
    const stranger = await put(deployment, "users", aUser());
    const mine = await bookmark(["Work"]);
    const theirs = await bookmark(["Work", "Work/x"], stranger);
    await bringTags(deployment, step);
    const [own, other] = (await all(deployment, "tags")).filter(({ slug }) => slug === "work");
    expect(await refusal(deployment, (ctx) => mergeTags(ctx, String(own?._id), String(other?._id)))).toBe(
      "tags_of_different_owners",
    );
    await act(deployment, (ctx) => renameTag(ctx, String(own?._id), "Job"));
    await finish(deployment);
    expect(await tagsAt(deployment, "bookmarks", mine, step)).toEqual(["Job"]);
    expect(await tagsAt(deployment, "bookmarks", theirs, step)).toEqual(["Work", "Work/x"]);
    await expectSteady(deployment);
  });

  test("a global tag is renamed in feedback and in the autocomplete list", async () => {
    const { deployment, bookmark, feedback } = await aTagWorld();
    const id = await feedback(["UI", "ui/dark"]);
    const mine = await bookmark(["ui"]);
    await put(deployment, "feedbackTags", { name: "Ui", color: "red", usageCount: 1, createdAt: 3 });
    await put(deployment, "feedbackTags", { name: "Look", usageCount: 2, createdAt: 3 });
    await bringTags(deployment, step);
    const global = (await all(deployment, "tags")).find(({ scope, slug }) => scope === "global" && slug === "ui");
    await act(deployment, (ctx) => renameTag(ctx, String(global?._id), "Look"));
    await finish(deployment);
    expect(await tagsAt(deployment, "feedback", id, step)).toEqual(["Look", "Look/dark"]);
    expect(await tagsAt(deployment, "bookmarks", mine, step)).toEqual(["ui"]);
    expect(await all(deployment, "feedbackTags")).toMatchObject([{ name: "Look", usageCount: 3 }]);
    await expectSteady(deployment);
  });
});

test("more documents and links than a transaction takes are renamed in pages", async () => {
  const { deployment, bookmark } = await aTagWorld();
  for (let at = 0; at < 120; at++) await bookmark([at % 2 === 0 ? "Work" : "Work/Sub", `t${at % 3}`]);
  await bringTags(deployment, "dual-write");
  await rename(deployment, "work", "Job");
  expect(await linkCounts(deployment)).toEqual({ job: 60, "job/sub": 60, t0: 40, t1: 40, t2: 40 });
  await expectSteady(deployment);
});

test("once rows are all there is, no link changes", async () => {
  const { deployment, bookmark, note } = await aTagWorld();
  await bookmark(["Work", "Work/Sub"]);
  await note(["work"]);
  await bringTags(deployment, "complete");
  const links = async () => [...(await all(deployment, "bookmarkTags")), ...(await all(deployment, "noteTags"))];
  const before = [await links(), await all(deployment, "unnestTouches")];
  await rename(deployment, "work", "Job");
  expect([await links(), await all(deployment, "unnestTouches")]).toEqual(before);
});

describe("while cleanup has not come to a document yet", () => {
  test.each([3, 250])("%i documents: the new name stands, whatever cleanup brings over later", async (many) => {
    const { deployment, bookmark } = await aTagWorld();
    const ids = [];
    for (let at = 0; at < many; at++) ids.push(await bookmark(["Work", "Home"]));
    await setStep(deployment, "phase-5", "dual-write");
    await bring(deployment, "phase-5", "dual-write", [tagged.bookmarks]);
    await setStep(deployment, "phase-5", "cleaned");
    await rename(deployment, "work", "Job");
    await bring(deployment, "phase-5", "cleaned", []);
    await expectSteady(deployment);
    expect(await linkCounts(deployment)).toEqual({ job: many, home: many });
    expect(await tagsAt(deployment, "bookmarks", String(ids[many - 1]), "cleaned")).toEqual(["Job", "Home"]);
  });
});
