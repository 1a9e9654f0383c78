import { expect, test } from "vitest";
import { type Fault, faultName, type RefusalCode, refusals } from "../../../pipeline/embedded/faults/faultPlan.js";
import { seededFaults } from "../../../pipeline/embedded/faults/seededFaults.js";
import { post, served } from "./counting.js";

const add = { path: "counts:add", args: { by: 1 } };

/** Calls the mutation once, meeting the fault, and once more. */
async function met(fault: Fault) {
  const { url, total, faultsMet } = await served({ faults: ({ number }) => (number === 1 ? fault : null) });
  const first = await post(`${url}/api/mutation`, add).catch(() => "lost");
  const written = await total();
  const second = await post(`${url}/api/mutation`, add);
  expect(second).toMatchObject({ status: 200, answer: { status: "success" } });
  expect([...faultsMet]).toEqual([[faultName(fault), 1]]);
  return { first, written };
}

test("a reset comes before the function has run", async () => {
  expect(await met({ kind: "reset" })).toEqual({ first: "lost", written: 0 });
});

test.each(["lost", "cutOff"] as const)("the answer is %s when the function has been committed", async (kind) => {
  expect(await met({ kind })).toEqual({ first: "lost", written: 1 });
});

test("a delayed answer is a sound one", async () => {
  expect(await met({ kind: "delayed", milliseconds: 5 })).toMatchObject({ first: { status: 200 }, written: 1 });
});

test.each(Object.keys(refusals) as RefusalCode[])(
  "%s is answered with its status, and nothing has run",
  async (code) => {
    const { status } = refusals[code];
    expect(await met({ kind: "refused", code })).toMatchObject({ first: { status, answer: { code } }, written: 0 });
  },
);

test("a call that is no call meets nothing and counts for none", async () => {
  const numbers: number[] = [];
  const { url } = await served({
    faults: ({ number }) => {
      numbers.push(number);
      return null;
    },
  });
  await post(`${url}/api/mutation`, "{");
  await post(`${url}/api/mutation`, add, { authorization: "Convex wrong" });
  await post(`${url}/api/mutation`, add);
  expect(numbers).toEqual([1]);
});

const calls = Array.from({ length: 2000 }, (_, i) => ({ number: i + 1, path: "counts:add" }));

test("a seed gives the same faults every time, another seed others", () => {
  const faults = (seed: string) => calls.map(seededFaults({ seed, share: 0.3 }));
  expect(faults("a")).toEqual(faults("a"));
  expect(faults("a")).not.toEqual(faults("b"));
});

test("a share of the calls meets each of the faults that are named", () => {
  const met = calls.map(seededFaults({ seed: "a", share: 0.3 })).filter((fault) => fault !== null);
  expect(met.length / calls.length).toBeCloseTo(0.3, 1);
  expect(new Set(met.map(faultName)).size).toBe(4 + Object.keys(refusals).length);
  for (const fault of met) if (fault.kind === "delayed") expect(fault.milliseconds).toBeLessThanOrEqual(200);

  const only = calls.map(seededFaults({ seed: "a", share: 1, faults: ["lost", "TooManyWrites"] }));
  expect(new Set(only.map((fault) => fault && faultName(fault)))).toEqual(new Set(["lost", "TooManyWrites"]));
});

test("calls can be spared, and the others meet what they met before", () => {
  const all = calls.map(seededFaults({ seed: "a", share: 0.5 }));
  const odd = calls.map(seededFaults({ seed: "a", share: 0.5, meets: ({ number }) => number % 2 === 1 }));
  expect(odd).toEqual(all.map((fault, i) => (i % 2 === 0 ? fault : null)));
});
