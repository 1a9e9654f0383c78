import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HardRun, hardRun } from "./hardRun.js";
import { laws } from "./laws.js";

/** Together more than 10,000 documents. More seeds: `npm run test:laws -- --seeds 200`. */
const seeds = [1, 2, 3, 4];
const documents = 2_510;

let seen = 0;

describe.each(seeds)("hard documents of seed %i", (seed) => {
  let run: HardRun;
  beforeAll(async () => {
    run = await hardRun(seed, documents);
    seen += run.documents.size;
  });
  afterAll(() => run.remove());

  test.each(Object.keys(laws))("%s", async (law) => {
    const broken = (await laws[law]?.(run)) ?? ["no such law"];
    expect(broken.slice(0, 10)).toEqual([]);
  });
});

test("they were 10,000 documents", () => {
  expect(seen).toBeGreaterThanOrEqual(10_000);
});
