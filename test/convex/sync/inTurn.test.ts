import { expect, test } from "vitest";
import { inTurn } from "../../../convex/sync/inTurn.js";

const turns = () => ({ turns: { last: Promise.resolve() as Promise<unknown> } });

test("works run one after another, in the order in which they were begun", async () => {
  const sync = turns();
  const seen: string[] = [];
  const work = (name: string, steps: number) =>
    inTurn(sync, async () => {
      seen.push(`${name} reads`);
      for (let step = 0; step < steps; step++) await Promise.resolve();
      seen.push(`${name} writes`);
      return name;
    });
  expect(await Promise.all([work("slow", 9), work("quick", 1)])).toEqual(["slow", "quick"]);
  expect(seen).toEqual(["slow reads", "slow writes", "quick reads", "quick writes"]);
});

test("one that fails fails its caller and no other", async () => {
  const sync = turns();
  const failing = inTurn(sync, () => Promise.reject(new Error("refused")));
  const next = inTurn(sync, async () => "done");
  await expect(failing).rejects.toThrow("refused");
  expect(await next).toBe("done");
});
