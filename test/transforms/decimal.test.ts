import fc from "fast-check";
import { expect, it } from "vitest";
import { isExactDouble } from "../../transforms/decimal.js";

it.each([
  "0",
  "-0",
  "0.0",
  "0e99999",
  "1",
  "-1.50",
  "0.1",
  "0.10",
  "1e3",
  "1E+3",
  "100000e-2",
  "5e-324",
  "1.7976931348623157e308",
  "9007199254740992",
  "1e21",
  "1000000000000000000000",
  "0.000001",
  "1e-7",
])("a double keeps %s", (text) => expect(isExactDouble(text)).toBe(true));

it.each([
  "9007199254740993",
  "0.1000000000000000055511151231257827",
  "1e400",
  "-1e400",
  "1e-400",
  "1.7976931348623159e309",
  "12345678901234567890",
  "3e-324",
  "0.30000000000000004441",
  "1e99999999999999999999",
])("a double changes %s", (text) => expect(isExactDouble(text)).toBe(false));

it("keeps every double in its shortest form, and any other spelling of the same decimal", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat(30), (double, zeros) => {
      expect(isExactDouble(String(double))).toBe(true);
      const [mantissa = "", power = "0"] = double.toExponential().split("e");
      const point = mantissa.includes(".") ? "" : ".";
      expect(isExactDouble(`${mantissa}${point}${"0".repeat(zeros)}e${power}`)).toBe(true);
    }),
  );
});

it("changes a decimal that has a digit more than the shortest form", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e15, noNaN: true }), fc.integer({ min: 1, max: 9 }), (double, digit) => {
      const [mantissa = "", power = "0"] = double.toExponential().split("e");
      const point = mantissa.includes(".") ? "" : ".";
      expect(isExactDouble(`${mantissa}${point}${"0".repeat(18)}${digit}e${power}`)).toBe(false);
    }),
  );
});
