import { expect, test } from "vitest";
import { editPart } from "../../../convex/helpers/editPart.js";
import { setTags } from "../../../convex/helpers/tags/setTags.js";
import { startSync } from "../../../convex/sync/sync.js";
import { bookmarkTags } from "../../../transforms/bookmarkTags.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { all, type Deployment, put, setStep } from "../deployment.js";
import { aCall, aMessage, aUser } from "../documents.js";
import { wrapped } from "../dualWrite/wrapped.js";
import { stopClock } from "./clock.js";
import { call, climb, drive, refusalOf, statusOf } from "./drive.js";
import { aWorld } from "./world.js";

stopClock();

const force = ["buffer_running"];

async function cleaned(deployment: Deployment, migrationId: "phase-1" | "phase-3" | "phase-4" | "phase-5") {
  const epoch = await climb(deployment, migrationId, "new");
  await call(deployment, "startCleanup", { migrationId, force });
  await drive(deployment, "cleanupPage", { migrationId, epoch });
  return epoch;
}

test("edits made since cleanup stand in the rebuilt fields, beside what rows alone did not give back", async () => {
  const { deployment, bookmark } = await aWorld();
  const epoch = await cleaned(deployment, "phase-5");
  await deployment.run(async (ctx) =>
    editPart(await startSync(ctx), bookmarkTags, bookmark, ({ tags }) => ({ tags: [...(tags as string[]), "New"] })),
  );
  await call(deployment, "startRebuild", { migrationId: "phase-5" });
  await drive(deployment, "rebuildPage", { migrationId: "phase-5", epoch });
  const [rebuilt] = await all(deployment, "bookmarks");
  expect(rebuilt?.tags).toEqual(["Work/Deep", "work/ deep", "", "Home", "New"]);
  expect(await statusOf(deployment, "phase-5")).toMatchObject({ step: "new", backfilled: true, driftFreeSince: null });
});

test("required old fields come back as [] and as the defaults of preferences, whatever rows there are", async () => {
  const { deployment } = await aWorld();
  await setStep(deployment, "phase-3", "cleaned");
  await setStep(deployment, "phase-4", "cleaned");
  const born = await put(deployment, "users", aUser());
  const named = await put(deployment, "users", aUser());
  const row = { userId: named, category: "customInstructions" as const, createdAt: 1, updatedAt: 1 };
  await put(deployment, "userPreferences", { ...row, key: "customInstructions.nickname", value: "N" });
  const project = await put(deployment, "projects", { userId: born, name: "P", createdAt: 1, updatedAt: 1 });
  for (const migrationId of ["phase-3", "phase-4"]) {
    await call(deployment, "startRebuild", { migrationId });
    await drive(deployment, "rebuildPage", { migrationId, epoch: 1 });
  }
  const defaults = { theme: "dark", defaultModel: "auto", sendOnEnter: true };
  const users = await all(deployment, "users");
  expect(users.find(({ _id }) => _id === born)?.preferences).toEqual(defaults);
  expect(users.find(({ _id }) => _id === named)?.preferences).toEqual({
    ...defaults,
    customInstructions: { aboutUser: "", responseStyle: "", enabled: false, nickname: "N" },
  });
  const keys = (await all(deployment, "userPreferences")).filter(({ userId }) => userId === born).map(({ key }) => key);
  expect(keys.sort()).toEqual(["defaultModel", "sendOnEnter", "theme"]);
  expect((await all(deployment, "projects")).find(({ _id }) => _id === project)?.conversationIds).toEqual([]);
});

test("a repair is undone where the field is still absent, and its entry goes", async () => {
  const { deployment, conversation, project } = await aWorld();
  const epoch = await cleaned(deployment, "phase-3");
  const conversations = await all(deployment, "conversations");
  const stranger = conversations.find((one) => one.projectId === undefined)?._id ?? conversation;
  const entry = { migrationId: "phase-3", table: "conversations", part: "conversation/projectLink", createdAt: 1 };
  const other = (await all(deployment, "projects")).find(({ _id }) => _id !== project)?._id ?? project;
  for (const documentId of [stranger, conversation])
    await put(deployment, "unnestLedger", { ...entry, documentId, code: "repaired", value: { projectId: other } });
  await call(deployment, "startRebuild", { migrationId: "phase-3" });
  const pages = await drive(deployment, "rebuildPage", { migrationId: "phase-3", epoch });
  expect(pages.reduce((sum, { putBack = 0 }) => sum + putBack, 0)).toBe(1);
  const projectOf = new Map((await all(deployment, "conversations")).map(({ _id, projectId }) => [_id, projectId]));
  expect([projectOf.get(stranger), projectOf.get(conversation)]).toEqual([other, project]);
  expect(await all(deployment, "unnestLedger")).toEqual([]);
});

test("a document that has no room for its old fields is listed, and the phase stays returning until it fits", async () => {
  const { deployment, message } = await aWorld();
  const epoch = await cleaned(deployment, "phase-1");
  await deployment.run(({ db }) => db.patch(message, { content: "x".repeat(1_048_000) }));
  await call(deployment, "startRebuild", { migrationId: "phase-1" });
  const stuck = await drive(deployment, "rebuildPage", { migrationId: "phase-1", epoch });
  expect(stuck.flatMap(({ kept }) => kept ?? [])).toContainEqual({
    table: "messages",
    documentId: message,
    part: "message/toolCalls",
    reason: "document_too_large",
  });
  expect(await statusOf(deployment, "phase-1")).toMatchObject({ step: "returning" });
  await deployment.run(({ db }) => db.patch(message, { content: "hello" }));
  await drive(deployment, "rebuildPage", { migrationId: "phase-1", epoch });
  expect(await statusOf(deployment, "phase-1")).toMatchObject({ step: "new", originals: 0 });
});

test("an edit while the phase is returning is kept, before its page and behind it", async () => {
  const { deployment, conversation } = await aWorld();
  const made = [1, 2].map((at) =>
    put(deployment, "messages", aMessage(conversation, { toolCalls: [aCall(`m${at}`)] })),
  );
  const [first, second] = await Promise.all(made);
  const epoch = await cleaned(deployment, "phase-1");
  await call(deployment, "startRebuild", { migrationId: "phase-1" });
  const add = (id: typeof first) =>
    deployment.run(async (ctx) =>
      editPart(await startSync(ctx), toolCalls, id ?? "", (valued) => ({
        toolCalls: [...((valued.toolCalls as never[]) ?? []), aCall("added")],
      })),
    );
  await add(second);
  await call(deployment, "rebuildPage", { migrationId: "phase-1", epoch });
  await add(first);
  await drive(deployment, "rebuildPage", { migrationId: "phase-1", epoch });
  const idsOf = (id: typeof first, messages: Awaited<ReturnType<typeof all<"messages">>>) =>
    messages.find(({ _id }) => _id === id)?.toolCalls?.map((one) => one.id);
  const messages = await all(deployment, "messages");
  expect([idsOf(first, messages), idsOf(second, messages)]).toEqual([
    ["m1", "added"],
    ["m2", "added"],
  ]);
});

test("a value that was replaced past the migration is listed, and given back as it is only when that is accepted", async () => {
  const { deployment, bookmark } = await aWorld();
  const epoch = await cleaned(deployment, "phase-5");
  const [note] = await all(deployment, "notes");
  await deployment.run(async ({ db }) => {
    for (const row of await db.query("bookmarkTags").collect()) if (row.label === "Home") await db.delete(row._id);
    if (note !== undefined) await db.patch(note._id, { tags: ["extra"] });
  });
  await call(deployment, "startRebuild", { migrationId: "phase-5" });
  const rebuild = async (more = {}) =>
    (await drive(deployment, "rebuildPage", { migrationId: "phase-5", epoch, ...more })).flatMap(
      ({ kept }) => kept ?? [],
    );
  const altered = [
    { table: "notes", documentId: note?._id, part: "note/tags", reason: "value_altered" },
    { table: "bookmarks", documentId: bookmark, part: "bookmark/tags", reason: "value_altered" },
  ];
  for (const more of [{ dryRun: true }, {}, {}]) expect(await rebuild(more)).toEqual(expect.arrayContaining(altered));
  // Nothing more was lost by looking: the rows of what was overwritten still stand.
  expect((await all(deployment, "noteTags")).map(({ label }) => label)).toEqual(["Other", "WORK"]);
  expect(await statusOf(deployment, "phase-5")).toMatchObject({ step: "returning" });
  await deployment.run(async (ctx) => {
    const edited = { unnest: await startSync(ctx) };
    await setTags(edited, "notes", note?._id ?? "", ["Other", "WORK", "extra"]);
  });
  expect(await rebuild()).toEqual([altered[1]]);
  expect(await rebuild({ acceptAltered: true })).toEqual([]);
  expect(await statusOf(deployment, "phase-5")).toMatchObject({ step: "new" });
  expect((await all(deployment, "notes")).find(({ _id }) => _id === note?._id)?.tags).toEqual([
    "Other",
    "WORK",
    "extra",
  ]);
  expect(await all(deployment, "unnestMovedParts")).toEqual([]);
});

test("links take their positions from the array that stands again", async () => {
  const { deployment, project, conversation } = await aWorld();
  const epoch = await cleaned(deployment, "phase-3");
  const second = (await all(deployment, "conversations")).find(
    ({ _id, projectId }) => projectId && _id !== conversation,
  );
  await wrapped(deployment, async (db) => {
    if (second) await db.delete(second._id);
  });
  await call(deployment, "startRebuild", { migrationId: "phase-3" });
  await drive(deployment, "rebuildPage", { migrationId: "phase-3", epoch });
  const array = (await all(deployment, "projects")).find(({ _id }) => _id === project)?.conversationIds;
  expect(array).toEqual([expect.not.stringContaining(conversation), conversation]);
  expect(await all(deployment, "projectConversations")).toMatchObject([{ conversationId: conversation, position: 1 }]);
});

test("rebuild starts from cleaned alone", async () => {
  const { deployment } = await aWorld();
  for (const step of ["off", "dual-write", "new", "complete"] as const) {
    await setStep(deployment, "phase-1", step);
    expect(await refusalOf(call(deployment, "startRebuild", { migrationId: "phase-1" }))).toEqual([
      "switch_refused",
      "wrong_step",
    ]);
  }
});
