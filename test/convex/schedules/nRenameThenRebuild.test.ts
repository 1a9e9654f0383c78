import { expect, test, vi } from "vitest";
import { renameTag } from "../../../convex/helpers/tags/renameTag.js";
import { startSync } from "../../../convex/sync/sync.js";
import { all, put, setStep } from "../deployment.js";
import { expectInStep } from "../dualWrite/inStep.js";
import { stopClock } from "../phase/clock.js";
import { call, drive, fill } from "../phase/drive.js";
import { aWorld } from "../phase/world.js";

stopClock();

const migrationId = "phase-5";

test("(n) a rename under authority new, then rebuild: arrays say the new name, and keep what gave no row", async () => {
  const { deployment, user, message, conversation } = await aWorld();
  const saved = { userId: user, messageId: message, conversationId: conversation, createdAt: 4 };
  const bookmark = await put(deployment, "bookmarks", {
    ...saved,
    tags: ["Work/Deep", "home", "Home", "", "Trip", "Work"],
  });
  await setStep(deployment, migrationId, "dual-write");
  await fill(deployment, migrationId);
  await setStep(deployment, migrationId, "new");
  // The step was set by hand, so nothing was proved on the way there.
  const force = ["not_backfilled", "not_drift_free", "nothing_compared", "verification_stale"];
  await call(deployment, "startCleanup", { migrationId, force });
  await drive(deployment, "cleanupPage", { migrationId, epoch: 1 });

  const work = (await all(deployment, "tags")).find(({ slug, scope }) => slug === "work" && scope === "user");
  await deployment.run(async (ctx) => renameTag({ ...ctx, unnest: await startSync(ctx) }, work?._id ?? "", "Job"));
  await deployment.finishAllScheduledFunctions(vi.runAllTimers);
  // One row a tag changed; links keep the label under which they were made.
  const labels = (await all(deployment, "bookmarkTags")).filter(({ bookmarkId }) => bookmarkId === bookmark);
  expect(labels.map(({ label }) => label)).toEqual(["Work/Deep", "home", "Trip", "Work"]);

  await call(deployment, "startRebuild", { migrationId });
  await drive(deployment, "rebuildPage", { migrationId, epoch: 1 });
  const rebuilt = (await all(deployment, "bookmarks")).find(({ _id }) => _id === bookmark);
  expect(rebuilt?.tags).toEqual(["Job/Deep", "home", "Home", "", "Trip", "Job"]);
  expect((await all(deployment, "notes"))[0]?.tags).toEqual(["Other", "Job"]);
  await expectInStep(deployment);
});
