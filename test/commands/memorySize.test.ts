import { expect, it } from "vitest";
import { defaultMemoryLimit, leastMemory, parseMemorySize } from "../../pipeline/commands/memorySize.js";

it.each([
  ["4GiB", 4 * 2 ** 30],
  ["512MB", 512e6],
  ["1.5 gib", 1.5 * 2 ** 30],
  ["64MiB", leastMemory],
  ["4", null],
  ["4G", null],
  ["-4GiB", null],
  ["GiB", null],
  ["1e3MB", null],
])("%s is %s bytes", (text, bytes) => {
  expect(parseMemorySize(text)).toBe(bytes);
});

it("defaults to at most 4 GiB", () => {
  expect(defaultMemoryLimit()).toBeGreaterThanOrEqual(leastMemory);
  expect(defaultMemoryLimit()).toBeLessThanOrEqual(4 * 2 ** 30);
});
