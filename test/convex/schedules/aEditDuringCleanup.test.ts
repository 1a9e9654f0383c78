import { expect, test } from "vitest";
import { api } from "../../../fixtures/application/api.js";
import { all } from "../deployment.js";
import { wrapped } from "../dualWrite/wrapped.js";
import { stopClock } from "../phase/clock.js";
import { call, climb, drive } from "../phase/drive.js";
import { aWorld } from "../phase/world.js";

stopClock();

const migrationId = "phase-1";

test("(a) a user edits a message's text before, between and after the pages that clean it: every edit stands, and so do its calls", async () => {
  const { deployment, message } = await aWorld();
  const before = (await all(deployment, "messages")).find(({ _id }) => _id === message);
  const epoch = await climb(deployment, migrationId, "new");
  await call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] });
  const now = async () => (await all(deployment, "messages")).find(({ _id }) => _id === message);

  await wrapped(deployment, (db) => db.patch(message, { content: "before", updatedAt: 10 }));
  expect(await now()).toMatchObject({ content: "before" });
  const first = await call(deployment, "cleanupPage", { migrationId, epoch, documents: 1 });
  expect(await now()).toMatchObject({ content: "before", updatedAt: 10 });
  expect(await now()).not.toHaveProperty("toolCalls");
  // Writes the whole document back, as it read it.
  await deployment.mutation(api.messages.edit, { messageId: message, content: "between", now: 11 });
  await deployment.mutation(api.messages.streamContent, { messageId: message, partialContent: "…" });
  // The page's answer was lost; then the walk goes on.
  await call(deployment, "cleanupPage", { migrationId, epoch, documents: 1 });
  await drive(deployment, "cleanupPage", { migrationId, epoch, cursor: first.cursor });
  await deployment.mutation(api.messages.edit, { messageId: message, content: "after", now: 12 });

  await call(deployment, "startRebuild", { migrationId });
  await drive(deployment, "rebuildPage", { migrationId, epoch });
  expect(await now()).toEqual({ ...before, content: "after", partialContent: "…", updatedAt: 12 });
});
