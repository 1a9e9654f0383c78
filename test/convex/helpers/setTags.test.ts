import { describe, expect, test } from "vitest";
import { setTagAppearance } from "../../../convex/helpers/tags/setTagAppearance.js";
import { addTag, removeTag, setTags } from "../../../convex/helpers/tags/setTags.js";
import { tagged } from "../../../convex/tagged.js";
import { all } from "../deployment.js";
import { expectInStep } from "../dualWrite/inStep.js";
import { act, expectSide, refusal, steps } from "./act.js";
import { aTagWorld, bringTags, linkCounts, tagId, tagsAt } from "./tagWorld.js";

describe.each(steps)("at step %s", (step) => {
  test("tags are set, added and removed by slug, and belong to the document's owner", async () => {
    const { deployment, user, bookmark } = await aTagWorld();
    const id = await bookmark(["Old"]);
    await bringTags(deployment, step);
    await act(deployment, (ctx) => setTags(ctx, "bookmarks", id, ["Work/Project", "Home", "work / project"]));
    await act(deployment, (ctx) => addTag(ctx, "bookmarks", id, "HOME"));
    await act(deployment, (ctx) => addTag(ctx, "bookmarks", id, "New"));
    await act(deployment, (ctx) => removeTag(ctx, "bookmarks", id, "home"));
    expect(await tagsAt(deployment, "bookmarks", id, step)).toEqual(["Work/Project", "New"]);
    await expectSide(deployment, tagged.bookmarks, id, step);
    if (step !== "off") {
      expect((await all(deployment, "bookmarkTags")).map((link) => [link.userId, link.position])).toEqual([
        [user, 0],
        [user, 1],
      ]);
      expect(await linkCounts(deployment)).toEqual({ old: 0, work: 0, "work/project": 1, home: 0, new: 1 });
    }
    await act(deployment, (ctx) => setTags(ctx, "bookmarks", id, []));
    expect(await tagsAt(deployment, "bookmarks", id, step)).toEqual([]);
    await expectInStep(deployment);
  });

  test("tags of feedback are everybody's", async () => {
    const { deployment, feedback } = await aTagWorld();
    const id = await feedback([]);
    await bringTags(deployment, step);
    await act(deployment, (ctx) => setTags(ctx, "feedback", id, ["UI"]));
    expect(await tagsAt(deployment, "feedback", id, step)).toEqual(["UI"]);
    if (step !== "off") expect(await all(deployment, "tags")).toMatchObject([{ scope: "global", slug: "ui" }]);
    await expectInStep(deployment);
  });

  test("what is no tag is refused, and so is a document of another kind", async () => {
    const { deployment, bookmark } = await aTagWorld();
    const id = await bookmark(["Old"]);
    await bringTags(deployment, step);
    const set = (tag: string) => refusal(deployment, (ctx) => setTags(ctx, "bookmarks", id, ["ok", tag]));
    expect(await set(" / ")).toBe("empty_tag");
    expect(await set("x".repeat(257))).toBe("tag_too_long");
    expect(await refusal(deployment, (ctx) => setTags(ctx, "notes", id, ["ok"]))).toBe("document_missing");
    expect(await tagsAt(deployment, "bookmarks", id, step)).toEqual(["Old"]);
  });
});

test("a tag's look is the application's: syncs leave it, and its name stays one of its own slug", async () => {
  const { deployment, bookmark } = await aTagWorld();
  await bookmark(["work"]);
  await bringTags(deployment, "dual-write");
  const id = await tagId(deployment, "work");
  await act(deployment, (ctx) => setTagAppearance(ctx, id, { displayName: " Work", color: "red", description: "d" }));
  await act(deployment, (ctx) => setTagAppearance(ctx, id, { description: null }));
  expect(await refusal(deployment, (ctx) => setTagAppearance(ctx, id, { displayName: "Job" }))).toBe(
    "tag_slug_differs",
  );
  await expectInStep(deployment);
  const [tag] = await all(deployment, "tags");
  expect(tag).toMatchObject({ displayName: "Work", color: "red" });
  expect(tag).not.toHaveProperty("description");
});

test("tags that are more than a part may have are refused once nothing but rows would keep them", async () => {
  const { deployment, bookmark } = await aTagWorld();
  const id = await bookmark(["Old"]);
  await bringTags(deployment, "complete");
  const deep = Array.from({ length: 40 }, (_, at) =>
    Array.from({ length: 16 }, (_, level) => `${at}-${level}`).join("/"),
  );
  expect(await refusal(deployment, (ctx) => setTags(ctx, "bookmarks", id, deep))).toBe("part_too_large");
  expect(await tagsAt(deployment, "bookmarks", id, "complete")).toEqual(["Old"]);
});
