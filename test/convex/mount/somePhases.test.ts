/** An application that mounts some phases, and none of the optional tables: what is not there is not missed. */
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { expect, test } from "vitest";
import { deleteConversation } from "../../../convex/helpers/deletes.js";
import { setPreference } from "../../../convex/helpers/preferences.js";
import { setProject } from "../../../convex/helpers/setProject.js";
import { replaceSources } from "../../../convex/helpers/sources.js";
import { setTags } from "../../../convex/helpers/tags/setTags.js";
import { type Phase, phases } from "../../../convex/phases.js";
import { getBookmarks } from "../../../convex/read/getBookmarks.js";
import { getMessageSources } from "../../../convex/read/getMessageSources.js";
import { getPreferences } from "../../../convex/read/getPreferences.js";
import { getProjectConversations } from "../../../convex/read/getProjectConversations.js";
import { getTokenUsageByModel } from "../../../convex/read/getTokenUsageByModel.js";
import { searchTags } from "../../../convex/read/searchTags.js";
import { mountTables } from "../../../convex/schema/mountTables.js";
import { all, deployTables } from "../deployment.js";
import { aConversation, aMessage } from "../documents.js";
import { wrapped } from "../dualWrite/wrapped.js";
import { act } from "../helpers/act.js";
import { stopClock } from "../phase/clock.js";
import { ask, call, climb, drive, prove, refusalOf, statusOf } from "../phase/drive.js";
import { aWorld } from "../phase/world.js";

stopClock();

const own = { migrations: defineTable({ name: v.string() }).index("by_name", ["name"]) };

/** A deployment of an application with these phases mounted. */
const mountedWorld = async (mounted: readonly Phase[]) =>
  await aWorld(deployTables(mountTables(own, { phases: mounted })));

const mountings = [["phase-1"], ["phase-1", "phase-5"], ["phase-3"], phases].map(
  (mounted) => [mounted.join(" and "), mounted as readonly Phase[]] as const,
);

test.each(mountings)("mounted alone, %s live from off to complete", async (_, mounted) => {
  const { deployment } = await mountedWorld(mounted);
  for (const migrationId of mounted) {
    const epoch = await climb(deployment, migrationId, "new");
    await call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] });
    expect((await drive(deployment, "cleanupPage", { migrationId, epoch })).at(-1)).toMatchObject({ left: 0 });
    await call(deployment, "startRebuild", { migrationId });
    await drive(deployment, "rebuildPage", { migrationId, epoch });
    await prove(deployment, migrationId, epoch);
    await call(deployment, "startCleanup", { migrationId, force: ["buffer_running"] });
    await drive(deployment, "cleanupPage", { migrationId, epoch });
    await call(deployment, "switchStep", { migrationId, to: "complete" });
    expect(await statusOf(deployment, migrationId)).toMatchObject({ step: "complete" });
  }
});

test.each(mountings)("mounted alone, %s can be aborted", async (_, mounted) => {
  const { deployment } = await mountedWorld(mounted);
  for (const migrationId of mounted) {
    const epoch = await climb(deployment, migrationId, "dual-write");
    await call(deployment, "startAbort", { migrationId, valuesSaved: true });
    await drive(deployment, "abortPage", { migrationId, epoch });
    expect(await statusOf(deployment, migrationId)).toMatchObject({ step: "off" });
  }
});

test("what is written, read and deleted passes by the phases that are not mounted, and a table of its own called migrations is free", async () => {
  const { deployment, user, project, conversation, message, bookmark } = await mountedWorld(["phase-1"]);
  await climb(deployment, "phase-1", "new");
  await wrapped(deployment, async (db) => {
    const names = db as unknown as { insert(table: string, document: object): Promise<string> };
    await names.insert("migrations", { name: "first" });
    const other = await db.insert("conversations", aConversation(user, { projectId: project }));
    await db.insert("messages", aMessage(other, { sources: [] }));
    await db.patch(bookmark, { tags: ["a", "b"] });
  });
  await act(deployment, async (ctx) => {
    await setTags(ctx, "bookmarks", bookmark, ["c"]);
    await setProject(ctx, conversation, null);
    await setPreference(ctx, user, "theme", "light");
    await replaceSources(ctx, message, []);
  });
  await deployment.query((ctx) => getMessageSources(ctx, { messageId: message }));
  await deployment.query((ctx) => getProjectConversations(ctx, { projectId: project }));
  await deployment.query((ctx) => getTokenUsageByModel(ctx, { conversationId: conversation }));
  await deployment.query((ctx) => getPreferences(ctx, { userId: user }));
  await deployment.query((ctx) => searchTags(ctx, { userId: user, prefix: "c" }));
  await deployment.query((ctx) => getBookmarks(ctx, { userId: user }));
  await act(deployment, (ctx) => deleteConversation(ctx, conversation));
  await wrapped(deployment, async (db) => await db.delete(user));
  expect(await ask(deployment, "status", {})).toMatchObject({ phases: phases.map((migrationId) => ({ migrationId })) });
});

test("without the optional tables, all phases on, documents that memories refer to go and leave no job", async () => {
  const { deployment, user, conversation, message } = await mountedWorld(phases);
  for (const migrationId of phases) await climb(deployment, migrationId, "new");
  const memory = await deployment.run(({ db }) =>
    db.insert("memories", {
      ...{ userId: user, conversationId: conversation, sourceMessageId: message, content: "m", embedding: [] },
      ...{ metadata: { category: "c" }, createdAt: 1, updatedAt: 1 },
    }),
  );
  await wrapped(deployment, async (db) => {
    await db.delete(message);
    await db.delete(memory as never);
  });
  await act(deployment, (ctx) => deleteConversation(ctx, conversation));
  expect(await all(deployment, "unnestJobs")).toEqual([]);
});

test("a deployment where an earlier version switched phases on is told what to do", async () => {
  const { deployment } = await mountedWorld(["phase-1"]);
  await deployment.run(async ({ db }) => {
    const names = db as unknown as { insert(table: string, document: object): Promise<string> };
    await names.insert("migrationSwitches", { migrationId: "phase-2", step: "dual-write", epoch: 1 });
  });
  const on = call(deployment, "switchStep", { migrationId: "phase-1", to: "dual-write" });
  expect(await refusalOf(on)).toEqual(["switch_refused", "earlier_tables"]);
});

test("a phase whose tables are not mounted is not switched on, and is told so", async () => {
  const { deployment } = await mountedWorld(["phase-1"]);
  const on = (migrationId: Phase) => call(deployment, "switchStep", { migrationId, to: "dual-write" });
  expect(await refusalOf(on("phase-2"))).toEqual(["switch_refused", "not_mounted"]);
  expect(await refusalOf(on("phase-1"))).toEqual([]);
  // Without tables of its own there is nothing to mount: messageCount stands in conversations.
  expect(await refusalOf(on("phase-7"))).toEqual([]);
});
