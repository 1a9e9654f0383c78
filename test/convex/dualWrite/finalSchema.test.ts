import { expect, test } from "vitest";
import { phases } from "../../../convex/phases.js";
import { finalSchema } from "../../../convex/schema/finalSchema.js";
import { all, type Deployment, put, setStep } from "../deployment.js";
import { aConversation, aMessage, aUser } from "../documents.js";
import { startEngine } from "../engine.js";
import { wrapped } from "./wrapped.js";

test("on the final schema, without a ledger, rows follow their message until it goes", async () => {
  const modules = { "/app/_generated/api.ts": async () => ({}) };
  const deployment = startEngine({ schema: finalSchema, modules, transactionLimits: true }) as unknown as Deployment;
  for (const phase of phases) await setStep(deployment, phase, "complete");
  const user = await put(deployment, "users", aUser());
  const conversation = await put(deployment, "conversations", aConversation(user));
  const messageId = await wrapped(deployment, async (db) => {
    const id = await db.insert("messages", aMessage(conversation, { status: "generating" }));
    await db.insert("toolCalls", {
      messageId: id,
      conversationId: conversation,
      userId: user,
      position: 0,
      toolCallId: "a",
      toolName: "search",
      args: {},
      argsEncoding: "json",
      isPartial: true,
      timestamp: 5,
      createdAt: 3,
    });
    return id;
  });
  await wrapped(deployment, (db) => db.patch(messageId, { status: "complete" }));
  expect(await all(deployment, "toolCalls")).toMatchObject([{ toolCallId: "a", isPartial: false }]);
  expect(await all(deployment, "unnestJobs")).toEqual([]);
  await wrapped(deployment, (db) => db.delete(messageId));
  expect(await all(deployment, "toolCalls")).toEqual([]);
});
