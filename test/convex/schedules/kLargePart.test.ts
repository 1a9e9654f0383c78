/** Schedule k: a part of 5,000 elements, and more small ones than a transaction has room for. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { all } from "../deployment.js";
import { aMessage } from "../documents.js";
import { expectInStep } from "../dualWrite/inStep.js";
import { aCall, world } from "../dualWrite/world.js";
import { wrapped } from "../dualWrite/wrapped.js";
import { workOff } from "../jobs/workOff.js";

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const calls = (count: number) => Array.from({ length: count }, (_, at) => aCall(`call ${at}`));

test("a part too large for rows stays in its document and hinders nobody", async () => {
  const { deployment, conversation } = await world();
  const messageId = await wrapped(deployment, (db) =>
    db.insert("messages", aMessage(conversation, { toolCalls: calls(5_000) })),
  );
  expect(await all(deployment, "toolCalls")).toEqual([]);
  expect((await all(deployment, "messages"))[0]?.toolCalls).toHaveLength(5_000);
  await wrapped(deployment, (db) => db.patch(messageId, { toolCalls: calls(3) }));
  expect(await all(deployment, "toolCalls")).toHaveLength(3);
  await expectInStep(deployment);
});

test("syncs take a quarter of a transaction; the rest is left to jobs, which do it", async () => {
  const { deployment, conversation } = await world();
  const [count, callsEach] = [16, 400];
  const written = await wrapped(deployment, async (db, { meta }) => {
    for (let at = 0; at < count; at++) {
      await db.insert("messages", aMessage(conversation, { toolCalls: calls(callsEach) }));
    }
    return (await meta.getTransactionMetrics()).documentsWritten.used;
  });
  const inTransaction = (await all(deployment, "toolCalls")).length;
  const jobs = await all(deployment, "unnestJobs");
  expect(inTransaction).toBeGreaterThan(3_000);
  expect(written).toBeLessThan(4_000 + 100);
  // One job for all that did not fit.
  const waiting = jobs.flatMap(({ documentIds, documentId }) => documentIds ?? [documentId]);
  expect(jobs).toHaveLength(1);
  expect(inTransaction / callsEach + waiting.length).toBe(count);
  await workOff(deployment);
  expect(await all(deployment, "toolCalls")).toHaveLength(count * callsEach);
  expect(await all(deployment, "unnestJobs")).toEqual([]);
});
