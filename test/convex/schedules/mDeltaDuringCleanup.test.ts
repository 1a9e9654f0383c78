import { expect, test } from "vitest";
import { all } from "../deployment.js";
import { stopClock } from "../phase/clock.js";
import { call, climb, drive } from "../phase/drive.js";
import { aWorld } from "../phase/world.js";

stopClock();

const migrationId = "phase-1";

test("(m) a delta computed before cleanup, applied while it runs: no part is emptied, and all come back equal", async () => {
  const { deployment } = await aWorld();
  const before = await all(deployment, "messages");
  const epoch = await climb(deployment, migrationId, "new");
  // As the delta saw them: all parts of all messages, with their old fields.
  const parts = before.flatMap(({ _id: documentId }) =>
    ["message/toolCalls", "message/attachments"].map((part) => ({ table: "messages", documentId, part })),
  );
  const resync = async (batchId: string) =>
    expect(
      await call(deployment, "resync", { migrationId, epoch, batchId, hash: batchId, parts, duplicates: [] }),
    ).toMatchObject({ faults: [], rest: null });

  await call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] });
  const rows = [await all(deployment, "toolCalls"), await all(deployment, "attachments")];
  await resync("before the first page");
  await call(deployment, "cleanupPage", { migrationId, epoch, documents: 1 });
  await resync("with one message cleaned");
  await drive(deployment, "cleanupPage", { migrationId, epoch });
  await resync("with all cleaned");
  expect([await all(deployment, "toolCalls"), await all(deployment, "attachments")]).toEqual(rows);

  await call(deployment, "startRebuild", { migrationId });
  await drive(deployment, "rebuildPage", { migrationId, epoch });
  expect(await all(deployment, "messages")).toEqual(before);
});
