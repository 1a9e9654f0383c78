import { expect, it } from "vitest";
import { formatBytes, formatCount, formatSeconds } from "../../pipeline/terminal/quantities.js";

it.each([
  [formatCount, 1234567, "1,234,567"],
  [formatBytes, 0, "0 B"],
  [formatBytes, 1023, "1023 B"],
  [formatBytes, 1536, "1.5 KiB"],
  [formatBytes, 2 ** 31, "2.0 GiB"],
  [formatBytes, 2 ** 50, "1048576.0 GiB"],
  [formatSeconds, 0.04, "0.0 s"],
  [formatSeconds, 59.94, "59.9 s"],
  [formatSeconds, 59.96, "1 min 0 s"],
  [formatSeconds, 200.4, "3 min 20 s"],
])("%o of %d is %s", (format, value, text) => {
  expect(format(value)).toBe(text);
});
