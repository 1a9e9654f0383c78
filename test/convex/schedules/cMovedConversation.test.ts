import { expect, test } from "vitest";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { projectLink } from "../../../transforms/projectLink.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { aConversation, aUser } from "../documents.js";
import { sendParts, takeSnapshot } from "../import/snapshot.js";

async function moved() {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const project = (name: string) =>
    put(deployment, "projects", { userId: user, name, conversationIds: [], createdAt: 1, updatedAt: 1 });
  const [old, next] = [await project("Old"), await project("Next")];
  const conversation = await put(deployment, "conversations", aConversation(user, { projectId: old }));
  await deployment.run(({ db }) => db.patch(old, { conversationIds: [conversation] }));
  await setStep(deployment, "phase-3", "dual-write");
  const snapshot = await takeSnapshot(deployment, "phase-3");
  await deployment.run(({ db }) => db.patch(conversation, { projectId: next }));
  return { deployment, conversation, next, snapshot };
}

test.each([
  { how: "dual-written", synced: true },
  { how: "past the wrapper", synced: false },
])(
  "(c) a conversation moves to another project after the snapshot, $how, its old project's array unchanged: one link, to the new one",
  async ({ synced }) => {
    const { deployment, conversation, next, snapshot } = await moved();
    if (synced) await deployment.run(async (ctx) => syncPart(await startSync(ctx), projectLink, conversation));
    expect(await sendParts(deployment, snapshot)).toMatchObject({ outcomes: ["resynced"] });
    const [{ _creationTime } = { _creationTime: 0 }] = await all(deployment, "conversations");
    const links = await all(deployment, "projectConversations");
    expect(links).toHaveLength(1);
    expect(links).toMatchObject([{ conversationId: conversation, projectId: next, position: _creationTime }]);
  },
);
