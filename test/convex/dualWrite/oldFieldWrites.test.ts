import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { all, setStep } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { world } from "./world.js";
import { wrapped } from "./wrapped.js";

beforeEach(() => vi.useFakeTimers({ now: 10_000_000 }));
afterEach(() => vi.useRealTimers());

test("the time of the last direct write of a moved field is known to the hour", async () => {
  const { deployment, conversation } = await world();
  const messageId = await wrapped(deployment, (db) => db.insert("messages", aMessage(conversation, { sources: [] })));
  expect(await all(deployment, "unnestOldFieldWrites")).toEqual([]);
  const write = () => wrapped(deployment, (db) => db.patch(messageId, { toolCalls: [aCall("a")] }));
  const times = async () =>
    (await all(deployment, "unnestOldFieldWrites")).map(({ table, field, at }) => [table, field, at]);
  await write();
  vi.setSystemTime(11_000_000);
  await write();
  expect(await times()).toEqual([["messages", "toolCalls", 10_000_000]]);
  vi.setSystemTime(13_600_000);
  await write();
  expect(await times()).toEqual([["messages", "toolCalls", 13_600_000]]);
});

test("nothing is recorded while the phase is off or returning", async () => {
  const { deployment, conversation } = await world("off");
  const insert = () =>
    wrapped(deployment, (db) => db.insert("messages", aMessage(conversation, { toolCalls: [aCall("a")] })));
  await insert();
  await setStep(deployment, "phase-1", "returning");
  await insert();
  expect(await all(deployment, "unnestOldFieldWrites")).toEqual([]);
});
