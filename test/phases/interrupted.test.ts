/** Walks that are stopped, cut off and turned away. */
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Fault, FaultPlan } from "../../pipeline/embedded/faults/faultPlan.js";
import { seededFaults } from "../../pipeline/embedded/faults/seededFaults.js";
import { aFolder, commandFor } from "./command.js";
import { aServedWorld, type Served } from "./served.js";

/** Stops a command, as Ctrl-C does, when it asks for its nth page; its screen is quiet. */
function stoppingAt(served: Served, path: string, page: number): AbortSignal {
  const stop = new AbortController();
  const call = served.deployment.call.bind(served.deployment);
  let asked = 0;
  served.deployment.call = (kind, called, ...rest) => {
    if (called === path && ++asked === page) stop.abort();
    return call(kind, called, ...rest);
  };
  return stop.signal;
}

describe("a walk that is stopped", () => {
  it("does the page under way, and goes on behind it", async () => {
    const served = await aServedWorld();
    await served.climb("phase-1");
    const out = await aFolder();
    const signal = stoppingAt(served, "unnest:cleanupPage", 3);
    const stopped = await commandFor(served, out, { signal })("cleanup 1 --yes --documents 1 --json");
    expect(stopped.failure).toMatchObject({ code: "INTERRUPTED", exit: 130 });
    const cleaned = (await served.all("messages")).filter(({ toolCalls }) => toolCalls === undefined);
    expect(cleaned).toHaveLength(3);
    const file = join(out, "phases", "phase-1-cleanup.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const { result, failure } = await commandFor(served, out)("cleanup 1 --yes --json");
    expect(failure).toBeNull();
    expect(result).toMatchObject({ from: "cleaned", walked: { resumed: true, counts: { cleaned: 8 }, left: 0 } });
    expect(await readdir(join(out, "phases"))).toEqual([]);
  });

  it.each([
    ["of another step", { since: 1 }],
    ["of another epoch", { epoch: 7 }],
    ["of another deployment", { url: "http://127.0.0.1:1" }],
  ])("begins anew where its record is %s", async (_name, change) => {
    const served = await aServedWorld();
    await served.climb("phase-1");
    const out = await aFolder();
    const signal = stoppingAt(served, "unnest:cleanupPage", 3);
    await commandFor(served, out, { signal })("cleanup 1 --yes --documents 1 --json");
    const file = join(out, "phases", "phase-1-cleanup.json");
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), ...change }));

    const { result } = await commandFor(served, out)("cleanup 1 --yes --json");
    expect(result).toMatchObject({ walked: { resumed: false, counts: { cleaned: 5 }, left: 0 } });
  });

  it("begins anew where its record is no record", async () => {
    const served = await aServedWorld();
    await served.climb("phase-1");
    const out = await aFolder();
    const signal = stoppingAt(served, "unnest:cleanupPage", 3);
    await commandFor(served, out, { signal })("cleanup 1 --yes --documents 1 --json");
    await writeFile(join(out, "phases", "phase-1-cleanup.json"), '{"url":');
    const { result } = await commandFor(served, out)("cleanup 1 --yes --json");
    expect(result).toMatchObject({ walked: { resumed: false, left: 0 } });
  });

  it("an abort keeps the values that were saved before its rows began to go", async () => {
    const served = await aServedWorld();
    await served.climb("phase-5");
    const tags = await served.all("tags");
    const out = await aFolder();
    const signal = stoppingAt(served, "unnest:abortPage", 30);
    const stopped = await commandFor(served, out, { signal })("abort 5 --yes --documents 1 --json");
    expect(stopped.failure).toMatchObject({ code: "INTERRUPTED" });
    expect((await served.all("tags")).length).toBeLessThan(tags.length);

    const { result, failure } = await commandFor(served, out)("abort 5 --yes --json");
    expect(failure).toBeNull();
    expect((await readFile(result.valuesFile, "utf8")).trim().split("\n")).toHaveLength(tags.length);
    expect(await served.all("tags")).toEqual([]);
  });
});

describe("answers that are lost", () => {
  /** What these calls of a function meet, by their numbers among its own. */
  function losing(path: string, numbers: readonly number[], fault: Fault = { kind: "lost" }): FaultPlan {
    let asked = 0;
    return (call) => (call.path === path && numbers.includes(++asked) ? fault : null);
  }

  it("of a switch: it is done, once", async () => {
    const served = await aServedWorld({ faults: losing("unnest:switchStep", [1]) });
    const { result, failure } = await commandFor(served, await aFolder())("switch 1 dual-write --json");
    expect(failure).toBeNull();
    expect(result).toMatchObject({ from: "off", to: "dual-write", epoch: 1, reasons: [] });
    expect(served.faultsMet.get("lost")).toBe(1);
  });

  it.each(["startCleanup", "cleanupPage"])("of %s", async (name) => {
    const served = await aServedWorld({ faults: losing(`unnest:${name}`, [1]) });
    await served.climb("phase-1");
    const { result, failure } = await commandFor(served, await aFolder())("cleanup 1 --yes --json");
    expect(failure).toBeNull();
    expect(result).toMatchObject({ step: "cleaned", walked: { left: 0 } });
    expect(served.faultsMet.get("lost")).toBe(1);
  });

  it("of the page that ends a rebuild", async () => {
    const served = await aServedWorld({ faults: losing("unnest:rebuildPage", [2]) });
    const documents = await served.all("messages");
    await served.climb("phase-1");
    const unnest = commandFor(served, await aFolder());
    await unnest("cleanup 1 --yes --json");
    const { result, failure } = await unnest("rebuild 1 --yes --json");
    expect(failure).toBeNull();
    expect(result).toMatchObject({ step: "new", walked: { left: 0 } });
    expect(served.faultsMet.get("lost")).toBe(1);
    expect(await served.all("messages")).toEqual(documents);
  });

  it("and calls that are turned away", async () => {
    const refusal = { kind: "refused", code: "OptimisticConcurrencyControlFailure" } as const;
    const served = await aServedWorld({ faults: losing("unnest:abortPage", [1, 2], refusal) });
    await served.climb("phase-1");
    const { result } = await commandFor(served, await aFolder())("abort 1 --yes --json");
    expect(result).toMatchObject({ step: "off", walked: { left: 0 } });
    expect(served.faultsMet.get(refusal.code)).toBe(2);
    expect(await served.all("toolCalls")).toEqual([]);
  });
});

describe("a whole life in which every fourth call goes wrong", () => {
  it.each(["a", "b"])("seed %s", async (seed) => {
    const served = await aServedWorld({ faults: seededFaults({ seed, share: 0.25, longestDelay: 20 }) });
    const documents = await served.all("messages");
    await served.climb("phase-1");
    const unnest = commandFor(served, await aFolder());
    for (const line of ["cleanup 1", "rebuild 1 --buffer-days 0", "cleanup 1", "rebuild 1", "abort 1"]) {
      const { failure } = await unnest(`${line} --documents 3 --yes --json`);
      expect(failure).toBeNull();
      if (line.startsWith("rebuild")) await served.prove("phase-1");
    }
    expect(await served.all("messages")).toEqual(documents);
    for (const table of ["toolCalls", "unnestLedger", "unnestTouches"]) expect(await served.all(table)).toEqual([]);
    expect([...served.faultsMet.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5);
  });
});
