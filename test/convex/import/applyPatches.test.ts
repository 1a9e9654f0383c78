import { expect, test } from "vitest";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { encodePatch } from "../../../transforms/patchBatch.js";
import { projectLink } from "../../../transforms/projectLink.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { aConversation, aUser } from "../documents.js";
import { sendPatches } from "./snapshot.js";

async function world() {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const fields = { userId: user, name: "P", conversationIds: [], createdAt: 1, updatedAt: 1 };
  const project = await put(deployment, "projects", fields);
  const conversation = await put(
    deployment,
    "conversations",
    aConversation(user, { projectId: project, messageCount: 5 }),
  );
  await setStep(deployment, "phase-3", "dual-write");
  await setStep(deployment, "phase-7", "dual-write");
  return { deployment, user, project, conversation };
}

test("a patch changes what it expects, keeps what stood there, and its part's rows follow", async () => {
  const { deployment, project, conversation } = await world();
  await deployment.run(async (ctx) => syncPart(await startSync(ctx), projectLink, conversation));
  expect(await all(deployment, "projectConversations")).toHaveLength(1);
  const patch = encodePatch("conversations", conversation, { expect: { projectId: project }, unset: ["projectId"] });
  expect(await sendPatches(deployment, "phase-3", [patch])).toEqual({ outcomes: ["patched"], faults: [], rest: null });
  expect((await all(deployment, "conversations"))[0]).not.toHaveProperty("projectId");
  expect(await all(deployment, "projectConversations")).toEqual([]);
  expect(await all(deployment, "unnestLedger")).toMatchObject([
    {
      migrationId: "phase-3",
      table: "conversations",
      documentId: conversation,
      part: "conversation/projectLink",
      code: "repaired",
      value: { projectId: project },
    },
  ]);
});

test("a field that is repaired twice keeps what it held first", async () => {
  const { deployment, project, user, conversation } = await world();
  const fields = { userId: user, name: "Next", conversationIds: [], createdAt: 1, updatedAt: 1 };
  const next = await put(deployment, "projects", fields);
  const removal = (projectId: string) =>
    encodePatch("conversations", conversation, { expect: { projectId }, unset: ["projectId"] });
  await sendPatches(deployment, "phase-3", [removal(project)]);
  await deployment.run(({ db }) => db.patch(conversation, { projectId: next }));
  expect(await sendPatches(deployment, "phase-3", [removal(next)])).toMatchObject({ outcomes: ["patched"] });
  expect(await all(deployment, "unnestLedger")).toMatchObject([{ value: { projectId: project } }]);
});

test("a patch steps aside where the document holds something else, or is gone", async () => {
  const { deployment, project, user, conversation } = await world();
  const { _id: other } = (await all(deployment, "conversations"))[0] ?? {};
  const gone = await put(deployment, "conversations", aConversation(user, { projectId: project }));
  await deployment.run(({ db }) => db.delete(gone));
  const removal = { expect: { projectId: "another" }, unset: ["projectId"] };
  const setting = { expect: { projectId: undefined }, set: { projectId: project } };
  const patches = [
    encodePatch("conversations", conversation, removal),
    encodePatch("conversations", String(other), setting),
    encodePatch("conversations", gone, { ...removal, expect: { projectId: project } }),
    encodePatch("conversations", project, { ...removal, expect: {} }),
  ];
  expect(await sendPatches(deployment, "phase-3", patches)).toMatchObject({
    outcomes: ["aside", "aside", "aside", "aside"],
  });
  expect(await all(deployment, "conversations")).toMatchObject([{ projectId: project }]);
  expect(await all(deployment, "unnestLedger")).toEqual([]);
});

test("a count of messages is refused: its difference comes by a correction, which is exact and applied once", async () => {
  const { deployment, conversation } = await world();
  const patch = encodePatch("conversations", conversation, { expect: { messageCount: 5 }, set: { messageCount: 7 } });
  const answer = await sendPatches(deployment, "phase-7", [patch]);
  expect(answer.faults).toEqual([
    { list: "patches", at: 0, code: "count_comes_by_correction", table: "conversations", column: "messageCount" },
  ]);
  expect(await all(deployment, "conversations")).toMatchObject([{ messageCount: 5 }]);
  expect(await all(deployment, "unnestTouches")).toEqual([]);
});

test("a patch that is not this phase's, or does not fit the schema, is refused and the others go on", async () => {
  const { deployment, project, conversation } = await world();
  const patches = [
    encodePatch("users", "any", { expect: {}, set: { name: "N" } }),
    encodePatch("conversations", conversation, { expect: {}, set: { title: "T" } }),
    encodePatch("conversations", conversation, { expect: {}, set: { projectId: 7 } }),
    encodePatch("conversations", conversation, { expect: { projectId: project }, unset: ["projectId"] }),
  ];
  const answer = await sendPatches(deployment, "phase-3", patches);
  expect(answer.outcomes).toEqual(["invalid", "invalid", "invalid", "patched"]);
  expect(answer.faults).toEqual([
    { list: "patches", at: 0, code: "foreign_patch", table: "users" },
    { list: "patches", at: 1, code: "foreign_patch", table: "conversations" },
    { list: "patches", at: 2, code: "invalid_row", table: "conversations", column: "projectId" },
  ]);
});
