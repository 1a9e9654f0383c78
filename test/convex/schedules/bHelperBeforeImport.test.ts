import { expect, test } from "vitest";
import { editPart } from "../../../convex/helpers/editPart.js";
import { startSync } from "../../../convex/sync/sync.js";
import { preferences } from "../../../transforms/preferences.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { aConversation, aMessage, aUser } from "../documents.js";
import { sendParts, takeSnapshot } from "../import/snapshot.js";

const call = (id: string) => ({ id, name: "search", arguments: "{}", timestamp: 5 });

test("(b) a helper adds one tool call to a message whose other calls are not imported yet: all are there, before the batch and after", async () => {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const conversation = await put(deployment, "conversations", aConversation(user));
  const message = await put(deployment, "messages", aMessage(conversation, { toolCalls: [call("a"), call("b")] }));
  await setStep(deployment, "phase-1", "dual-write");
  const snapshot = await takeSnapshot(deployment, "phase-1");
  await deployment.run(async (ctx) =>
    editPart(await startSync(ctx), toolCalls, message, ({ toolCalls: before }) => ({
      toolCalls: [...(before as []), call("c")],
    })),
  );
  const ids = async () =>
    (await all(deployment, "toolCalls")).map(({ toolCallId, position }) => [toolCallId, position]);
  const whole = [
    ["a", 0],
    ["b", 1],
    ["c", 2],
  ];
  expect(await ids()).toEqual(whole);
  expect(await sendParts(deployment, snapshot)).toMatchObject({ outcomes: ["resynced"] });
  expect(await ids()).toEqual(whole);
});

test("(b) a helper sets one preference of a user whose others are not imported yet: the batch neither loses it nor lacks the others", async () => {
  const deployment = deploy();
  const held = { theme: "dark", defaultModel: "auto", sendOnEnter: true } as const;
  const user = await put(deployment, "users", aUser({ preferences: held }));
  await setStep(deployment, "phase-4", "dual-write");
  const snapshot = await takeSnapshot(deployment, "phase-4");
  await deployment.run(async (ctx) =>
    editPart(await startSync(ctx), preferences, user, () => ({ preferences: { ...held, theme: "light" } })),
  );
  const values = async () =>
    Object.fromEntries((await all(deployment, "userPreferences")).map(({ key, value }) => [key, value]));
  expect(await values()).toEqual({ ...held, theme: "light" });
  expect(await sendParts(deployment, snapshot)).toMatchObject({ outcomes: ["resynced"] });
  expect(await values()).toEqual({ ...held, theme: "light" });
});
