import { expect, test } from "vitest";
import { drainTouches } from "../aggregates/drainTouches.js";
import { batchesSeen, correctionBatch, sendCorrections } from "../aggregates/sendCorrections.js";
import { all, deploy, put, setStep } from "../deployment.js";
import { aConversation, aUser } from "../documents.js";

async function world() {
  const deployment = deploy();
  const user = await put(deployment, "users", aUser());
  const low = await put(deployment, "conversations", aConversation(user, { messageCount: 1 }));
  const high = await put(deployment, "conversations", aConversation(user, { messageCount: 1 }));
  await setStep(deployment, "phase-7", "dual-write");
  const counts = async () => {
    await drainTouches(deployment);
    return (await all(deployment, "conversations")).map(({ messageCount }) => messageCount);
  };
  const seen = () => batchesSeen(deployment, "messageCount");
  return { deployment, low, high, counts, seen };
}

test("(o) a correction that failed is not applied any more once a newer snapshot's was", async () => {
  const { deployment, low, high, counts, seen } = await world();
  const older = [low, high].map((key, number) =>
    correctionBatch("s1", 0, "messageCount", [{ key, delta: { messageCount: 4 } }], number),
  );
  const [first = never(), failed = never()] = older;
  expect(await sendCorrections(deployment, first)).toEqual({ touches: 1 });
  // `failed` never arrives; the next export shows `first` and what still lacks.
  const newer = correctionBatch("s2", await seen(), "messageCount", [{ key: high, delta: { messageCount: 4 } }]);
  expect(await sendCorrections(deployment, newer)).toEqual({ touches: 1 });
  expect(await sendCorrections(deployment, failed)).toBe("superseded");
  expect(await sendCorrections(deployment, first), "what was applied keeps its answer").toEqual({ touches: 1 });
  expect(await counts()).toEqual([5, 5]);
});

test("(o) a correction whose answer was lost is not made up for by a newer snapshot that does not show it", async () => {
  const { deployment, low, counts, seen } = await world();
  const newer = { at: await seen(), corrections: [{ key: low, delta: { messageCount: 4 } }] };
  await sendCorrections(deployment, correctionBatch("s1", 0, "messageCount", newer.corrections));
  expect(await sendCorrections(deployment, correctionBatch("s2", newer.at, "messageCount", newer.corrections))).toBe(
    "superseded",
  );
  expect(await sendCorrections(deployment, correctionBatch("s3", await seen(), "messageCount", []))).toEqual({
    touches: 0,
  });
  expect(await counts()).toEqual([5, 1]);
});

function never(): never {
  throw new Error("two batches were made");
}
