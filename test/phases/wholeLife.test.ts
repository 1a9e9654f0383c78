/** A phase from off to complete and every way back, by the commands, in the embedded deployment. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { aFolder, commandFor } from "./command.js";
import { aServedWorld } from "./served.js";

it("goes up step by step, is cleaned, rebuilt, cleaned again and completed", async () => {
  const served = await aServedWorld();
  const unnest = commandFor(served, await aFolder());
  const documents = await served.all("messages");

  const begun = (await unnest("status --json")).result;
  expect(begun).toMatchObject({ event: "status", deployment: "embedded-1", oldestTouchAge: null });
  expect(begun.phases).toHaveLength(7);
  expect(begun.phases[0]).toMatchObject({
    migrationId: "phase-1",
    step: "off",
    next: { to: "dual-write", command: "unnest switch phase-1 dual-write", reasons: [] },
  });

  expect(await unnest("switch 1 shadow --json")).toMatchObject({
    result: { event: "switched", from: "off", to: "shadow", reasons: [{ code: "wrong_step", step: "off" }] },
    failure: { code: "STEP_REFUSED", exit: 4, place: { phase: "phase-1", reasons: "wrong_step" } },
  });
  expect(await unnest("switch 1 dual-write --dry-run --json")).toMatchObject({
    result: { from: "off", epoch: 1, dryRun: true, reasons: [] },
    failure: null,
  });
  expect(await unnest("switch 1 dual-write --json")).toMatchObject({
    result: { from: "off", to: "dual-write", epoch: 1, wasThere: false },
    failure: null,
  });
  expect(await unnest("switch phase-1 dual-write --json")).toMatchObject({ result: { wasThere: true }, failure: null });

  expect(await unnest("verify --json")).toMatchObject({
    result: { event: "verified", differing: 8 },
    failure: { code: "PARTS_DIFFER", exit: 4 },
  });
  await served.fill("phase-1");
  expect(await unnest("verify 1 --json")).toMatchObject({ result: { differing: 0, off: [] }, failure: null });

  await unnest("switch 1 shadow --json");
  expect(await unnest("switch 1 new-then-old --json")).toMatchObject({
    result: { reasons: [{ code: "nothing_compared", reader: "getMessageAttachments" }, { code: "nothing_compared" }] },
    failure: { code: "STEP_REFUSED", place: { reasons: "nothing_compared" } },
  });
  // Of a reader without answers there is nothing to compare; of the other one, all that there are.
  expect(await unnest("verify 1 --json")).toMatchObject({
    result: {
      parts: [{ marked: true }, { marked: true }],
      readers: [
        { reader: "getMessageAttachments", compared: 0, needed: 0 },
        { reader: "getMessageToolCalls", compared: 8, needed: 8, differing: 0 },
      ],
    },
    failure: null,
  });
  expect((await unnest("switch 1 new-then-old --json")).failure).toBeNull();
  expect(await unnest("switch 1 new --json")).toMatchObject({
    result: { reasons: [{ code: "not_backfilled" }, { code: "not_drift_free" }] },
    failure: { code: "STEP_REFUSED" },
  });
  expect(await unnest("switch 1 new --force not_backfilled --force not_drift_free --json")).toMatchObject({
    result: { from: "new-then-old", to: "new" },
    failure: null,
  });

  expect(await unnest("cleanup 1 --yes --json")).toMatchObject({
    result: {
      step: "new",
      walked: null,
      reasons: [{ code: "not_backfilled" }, { code: "not_drift_free" }, { code: "buffer_running" }],
    },
    failure: { code: "STEP_REFUSED" },
  });
  // A dry run looks behind what holds it up.
  expect(await unnest("cleanup 1 --dry-run --json")).toMatchObject({
    result: { step: "new", dryRun: true, walked: { left: 0, counts: { cleaned: 8, originals: 1, orphans: 0 } } },
    failure: { code: "STEP_REFUSED" },
  });
  expect(await served.all("messages")).toEqual(documents);
  await served.call("mutation", "unnest:markBackfilled", { migrationId: "phase-1", epoch: 1 });
  await served.prove("phase-1");
  expect(await unnest("cleanup 1 --yes --force buffer_running --json")).toMatchObject({
    result: { event: "cleanup", from: "new", step: "cleaned", walked: { left: 0, counts: { cleaned: 8 } } },
    failure: null,
  });
  expect((await served.all("messages")).filter(({ toolCalls }) => toolCalls !== undefined)).toEqual([]);

  expect(await unnest("rebuild 1 --dry-run --json")).toMatchObject({
    result: { step: "cleaned", walked: { counts: { rebuilt: 8 } } },
    failure: null,
  });
  expect(await unnest("rebuild 1 --yes --buffer-days 0 --json")).toMatchObject({
    result: { event: "rebuild", from: "cleaned", step: "new", walked: { left: 0, counts: { rebuilt: 8 } } },
    failure: null,
  });
  expect(await served.all("messages")).toEqual(documents);
  expect(await unnest("rebuild 1 --yes --json")).toMatchObject({
    result: { step: "new", walked: null },
    failure: null,
  });

  // What was proved before the old fields were gone proves nothing of those that came back.
  expect((await unnest("cleanup 1 --yes --json")).failure?.place).toMatchObject({
    reasons: "not_drift_free, nothing_compared, verification_stale",
  });
  await served.prove("phase-1");
  expect(await unnest("cleanup 1 --yes --json")).toMatchObject({ result: { step: "cleaned" }, failure: null });
  expect(await unnest("switch 1 complete --yes --json")).toMatchObject({ result: { to: "complete" }, failure: null });
  expect(await unnest("cleanup 1 --yes --json")).toMatchObject({ result: { walked: null }, failure: null });
  const ended = (await unnest("status --json")).result;
  expect(ended.phases[0]).toMatchObject({ step: "complete", next: null });
});

it("is aborted: the application's values lie in a file, rows are gone, documents as they were", async () => {
  const served = await aServedWorld();
  const out = await aFolder();
  const unnest = commandFor(served, out);
  const documents = await served.all("bookmarks");
  await served.climb("phase-5");
  const tags = await served.all("tags");

  expect(await unnest("abort 5 --dry-run --json")).toMatchObject({
    result: { step: "new", values: tags.length, valuesFile: null },
    failure: null,
  });
  expect(await readdir(out)).toEqual([]);
  expect(await served.all("tags")).toEqual(tags);

  const { result, failure } = await unnest("abort 5 --yes --json");
  expect(failure).toBeNull();
  expect(result).toMatchObject({ event: "abort", from: "new", step: "off", values: tags.length, walked: { left: 0 } });
  expect((await stat(result.valuesFile)).mode & 0o777).toBe(0o600);
  expect((await stat(join(out, "phases"))).mode & 0o777).toBe(0o700);
  const saved = (await readFile(result.valuesFile, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(saved.map(({ key }) => key.slug).sort()).toEqual(tags.map(({ slug }) => slug).sort());
  expect(saved[0]).toMatchObject({ table: "tags", values: { displayName: expect.any(String) } });
  for (const table of ["tags", "bookmarkTags", "unnestTouches"]) expect(await served.all(table)).toEqual([]);
  expect(await served.all("bookmarks")).toEqual(documents);

  // Again: nothing is left to delete, and the file stays as it is.
  expect(await unnest("abort 5 --yes --json")).toMatchObject({
    result: { from: "off", values: null, valuesFile: result.valuesFile, walked: { counts: { deleted: 0 } } },
    failure: null,
  });
  expect((await readFile(result.valuesFile, "utf8")).trim().split("\n")).toHaveLength(tags.length);
  // Of a phase that was never begun there is nothing to do.
  expect(await unnest("abort 4 --yes --json")).toMatchObject({
    result: { walked: null, valuesFile: null },
    failure: null,
  });
});
