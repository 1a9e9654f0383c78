import { expect, test } from "vitest";
import { oneAhead } from "../../pipeline/load/oneAhead.js";

test("asks for the next item before the last one is done with", async () => {
  const events: string[] = [];
  async function* items(): AsyncGenerator<number> {
    for (const item of [1, 2]) {
      events.push(`made ${item}`);
      yield item;
    }
  }
  for await (const item of oneAhead(items())) {
    await new Promise(setImmediate);
    events.push(`used ${item}`);
  }
  expect(events).toEqual(["made 1", "made 2", "used 1", "used 2"]);
});

test("hands on what fails, after the items before it", async () => {
  async function* items(): AsyncGenerator<number> {
    yield 1;
    throw new Error("second");
  }
  const used: number[] = [];
  const use = async () => {
    for await (const item of oneAhead(items())) {
      await new Promise(setImmediate);
      used.push(item);
    }
  };
  await expect(use()).rejects.toThrow("second");
  expect(used).toEqual([1]);
});

test("lets the generator end when its reader stops", async () => {
  let isEnded = false;
  async function* items(): AsyncGenerator<number> {
    try {
      yield 1;
      yield 2;
      yield 3;
    } finally {
      isEnded = true;
    }
  }
  for await (const _ of oneAhead(items())) break;
  expect(isEnded).toBe(true);
});
