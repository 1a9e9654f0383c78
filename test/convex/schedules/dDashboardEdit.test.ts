import { expect, test } from "vitest";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { aConversation, aMessage, aUser } from "../documents.js";
import { sendParts, takeSnapshot } from "../import/snapshot.js";

const call = (id: string, name: string) => ({ id, name, arguments: "{}", timestamp: 5 });

async function written() {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const conversation = await put(deployment, "conversations", aConversation(user));
  const message = await put(deployment, "messages", aMessage(conversation, { toolCalls: [call("a", "first")] }));
  await setStep(deployment, "phase-1", "dual-write");
  await deployment.run(async (ctx) => syncPart(await startSync(ctx), toolCalls, message));
  const edit = () =>
    deployment.run(({ db }) => db.patch(message, { toolCalls: [call("a", "edited"), call("b", "new")] }));
  const names = async () => (await all(deployment, "toolCalls")).map(({ toolName }) => toolName);
  return { deployment, edit, names };
}

test("(d) a document edited in the dashboard after its dual-write and before the snapshot: rows that are there do not pass for imported", async () => {
  const { deployment, edit, names } = await written();
  await edit();
  const snapshot = await takeSnapshot(deployment, "phase-1");
  expect(await names()).toEqual(["first"]);
  expect(await sendParts(deployment, snapshot)).toMatchObject({ outcomes: ["resynced"] });
  expect(await names()).toEqual(["edited", "new"]);
});

test("(d) edited after the snapshot: rows equal to those sent do not pass for unchanged", async () => {
  const { deployment, edit, names } = await written();
  const snapshot = await takeSnapshot(deployment, "phase-1");
  await edit();
  expect(await sendParts(deployment, snapshot)).toMatchObject({ outcomes: ["resynced"] });
  expect(await names()).toEqual(["edited", "new"]);
});
