import { expect, test, vi } from "vitest";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import { all } from "../deployment.js";
import { stopClock } from "../phase/clock.js";
import { call, climb, refusalOf } from "../phase/drive.js";
import { aWorld } from "../phase/world.js";

stopClock();

const migrationId = "phase-5";

test("(p) a busy site on which a touch is always open: its steps can be taken; where nothing folds, they cannot", async () => {
  const { deployment, bookmark } = await aWorld();
  await climb(deployment, migrationId, "dual-write");
  let tag = 0;
  const write = async () => {
    tag += 1;
    await deployment.run(async (ctx) => {
      await ctx.db.patch(bookmark, { tags: ["always", `${tag}`] });
      await syncPart(await startSync(ctx), bookmarkTags, bookmark);
    });
  };
  const up = () => refusalOf(call(deployment, "switchStep", { migrationId, to: "shadow", dryRun: true }));
  for (let second = 0; second < 600; second += 5) {
    vi.setSystemTime(Date.now() + 5_000);
    await write();
    if (second % 10 === 0) await call(deployment, "foldTouches", {});
    expect(await all(deployment, "unnestTouches")).not.toEqual([]);
  }
  expect(await up()).toEqual([]);

  for (let second = 0; second < 310; second += 5) {
    vi.setSystemTime(Date.now() + 5_000);
    await write();
  }
  expect(await up()).toEqual(["switch_refused", "old_touches"]);
  await call(deployment, "foldTouches", {});
  expect(await up()).toEqual([]);
});
