import { expect, it } from "vitest";
import { watchMemory } from "../../pipeline/run/memorySampler.js";

it("sees memory that is given back before the end", () => {
  const before = process.memoryUsage.rss();
  const stop = watchMemory();
  // Filled, so that the pages are really there; larger than what the process has ever had.
  const held = process.resourceUsage().maxRSS * 1024 - before + 100 * 2 ** 20;
  Buffer.alloc(held, 1);
  expect(stop()).toBeGreaterThan(before + 80 * 2 ** 20);
});

it("knows at least what is held now", () => {
  expect(watchMemory()()).toBeGreaterThan(2 ** 20);
});
