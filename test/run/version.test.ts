import { expect, it } from "vitest";
import { compareVersions, toolVersion } from "../../pipeline/run/version.js";

it.each([
  ["0.1.0", "0.1.0", 0],
  ["0.2.0", "0.10.0", -1],
  ["1.0.0", "0.9.9", 1],
  ["1.0.1-rc.1", "1.0.1", 0],
])("%s against %s", (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

it("knows its own version", () => {
  expect(toolVersion()).toMatch(/^\d+\.\d+\.\d+/);
});
