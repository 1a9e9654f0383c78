import { expect, it } from "vitest";
import { aFolder, commandFor } from "./command.js";
import { aServedWorld } from "./served.js";

it("tells how parts differ, and leaves out what waits for a job", async () => {
  const served = await aServedWorld();
  const unnest = commandFor(served, await aFolder());
  await served.climb("phase-1");
  const [first, second, third, fourth] = await served.all("messages");
  const rows = await served.all("toolCalls");
  const rowOf = (message: { _id: string } | undefined) =>
    rows.find(({ messageId }) => messageId === message?._id)?._id ?? "";
  await served.remove(rowOf(first));
  await served.patch(rowOf(second), { toolName: "another" });
  await served.remove(third?._id ?? "");
  await served.remove(rowOf(fourth));
  await served.insert("unnestJobs", {
    migrationId: "phase-1",
    epoch: 1,
    kind: "message/toolCalls",
    table: "messages",
    documentId: fourth?._id,
    attempts: 5,
    createdAt: 1,
  });

  const { result, failure } = await unnest("verify 1 --json");
  expect(failure).toMatchObject({ code: "PARTS_DIFFER", exit: 4, place: { parts: "message/toolCalls" } });
  const parts = result.parts as { part: string; sample: { documentId: string; reasons: string[] }[] }[];
  const toolCalls = parts.find(({ part }) => part === "message/toolCalls");
  expect(toolCalls).toMatchObject({ differing: 4, waiting: 1, reasons: { missing: 1, stale: 1, orphan: 2 } });
  expect(toolCalls?.sample).toEqual([
    { documentId: first?._id, reasons: ["missing"], jobOpen: false },
    { documentId: second?._id, reasons: ["stale"], jobOpen: false },
    { documentId: third?._id, reasons: ["orphan"], jobOpen: false },
    { documentId: third?._id, reasons: ["orphan"], jobOpen: false },
  ]);
  // The job that was set aside holds cleanup up, until it is given another try.
  expect((await unnest("cleanup 1 --yes --json")).result).toMatchObject({
    walked: null,
    reasons: expect.arrayContaining([{ code: "set_aside_jobs", count: 1 }]),
  });
  await unnest("status --retry-jobs --json");
  expect(await served.all("unnestJobs")).toMatchObject([{ attempts: 0 }]);
});

it("compares no phase that is off", async () => {
  const unnest = commandFor(await aServedWorld(), await aFolder());
  expect(await unnest("verify 2 --json")).toMatchObject({ result: { parts: [], off: ["phase-2"] }, failure: null });
});
