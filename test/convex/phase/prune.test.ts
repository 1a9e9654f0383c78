import { expect, test } from "vitest";
import { drainTouches } from "../aggregates/drainTouches.js";
import { all, deploy, put } from "../deployment.js";
import { aTag, aUser } from "../documents.js";
import { stopClock } from "./clock.js";
import { call, climb, drive, driveBadly, fill, refusalOf } from "./drive.js";
import { aWorld } from "./world.js";

stopClock();

test("only tags that nothing refers to go: no link, no child, no count, no open touch, no name of feedback", async () => {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const epoch = await climb(deployment, "phase-5", "dual-write");
  const tag = (slug: string, fields = {}) => put(deployment, "tags", aTag(user, slug, fields));
  await tag("free");
  const parent = await tag("parent");
  await tag("parent/child", { parentId: parent, usageCount: 1 });
  const touched = await tag("touched");
  await put(deployment, "unnestTouches", {
    migrationId: "phase-5",
    kind: "tags",
    key: touched,
    delta: { usageCount: 1 },
    at: 1,
  });
  await tag("global", { scope: "global" });
  const [dry] = await drive(deployment, "prune", { migrationId: "phase-5", epoch, dryRun: true });
  expect(dry).toMatchObject({ deleted: 1, visited: 5 });
  expect(await all(deployment, "tags")).toHaveLength(5);
  await driveBadly(deployment, "prune", { migrationId: "phase-5", epoch });
  expect((await all(deployment, "tags")).map(({ slug }) => slug)).toEqual([
    "parent",
    "parent/child",
    "touched",
    "global",
  ]);
});

test("everything a deployment refers to survives; what its documents gave up goes, ancestors in a second run", async () => {
  const { deployment, bookmark } = await aWorld();
  for (const migrationId of ["phase-2", "phase-5"] as const) await climb(deployment, migrationId, "dual-write");
  await drainTouches(deployment);
  const [tags, metadata] = [await all(deployment, "tags"), await all(deployment, "sourceMetadata")];
  for (const migrationId of ["phase-2", "phase-5"]) await driveBadly(deployment, "prune", { migrationId, epoch: 1 });
  expect([await all(deployment, "tags"), await all(deployment, "sourceMetadata")]).toMatchObject([tags, metadata]);

  await deployment.run(async ({ db }) => {
    await db.delete(bookmark);
    for (const { _id } of await db.query("notes").collect()) await db.delete(_id);
    for (const { _id } of await db.query("messages").collect()) await db.delete(_id);
    for (const table of ["bookmarkTags", "noteTags", "sources"] as const) {
      for (const { _id } of await db.query(table).collect()) await db.delete(_id);
    }
    for (const { _id } of await db.query("tags").collect()) await db.patch(_id, { usageCount: 0 });
    for (const { _id } of await db.query("sourceMetadata").collect()) await db.patch(_id, { accessCount: 0 });
  });
  const slugs = async () => (await all(deployment, "tags")).map(({ slug }) => slug).sort();
  await drive(deployment, "prune", { migrationId: "phase-5", epoch: 1 });
  expect(await slugs()).toEqual(["home", "ui", "work"]);
  await drive(deployment, "prune", { migrationId: "phase-5", epoch: 1 });
  expect(await slugs()).toEqual(["home", "ui"]);
  await drive(deployment, "prune", { migrationId: "phase-2", epoch: 1 });
  expect(await all(deployment, "sourceMetadata")).toEqual([]);
  await fill(deployment, "phase-5");
  expect(await slugs()).toEqual(["home", "ui"]);
});

test("a phase that is off, or another epoch, prunes nothing", async () => {
  const deployment = deploy();
  expect(await refusalOf(call(deployment, "prune", { migrationId: "phase-5", epoch: 0 }))).toEqual(["epoch_ended"]);
  await climb(deployment, "phase-5", "dual-write");
  await call(deployment, "startAbort", { migrationId: "phase-5" });
  expect(await refusalOf(call(deployment, "prune", { migrationId: "phase-5", epoch: 1 }))).toEqual(["wrong_step"]);
});
