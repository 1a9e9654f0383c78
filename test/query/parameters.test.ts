import { describe, expect, it } from "vitest";
import type { AnalyticParameter } from "../../pipeline/query/analytic.js";
import { readParameters } from "../../pipeline/query/parameters.js";

const parameter = (name: string, type: AnalyticParameter["type"], standard: string | null = null) => ({
  ...{ name, type, standard, meaning: "for this test" },
});
const analytic = {
  name: "things",
  parameters: [parameter("user", "text"), parameter("from", "date"), parameter("rows", "number", "20")],
};

it("gives every parameter a value", () => {
  expect(readParameters(analytic, [])).toEqual({ user: null, from: null, rows: 20n });
  expect(readParameters(analytic, ["rows=5", "user=a=b", "from=2025-01-31"])).toEqual({
    user: "a=b",
    from: "2025-01-31",
    rows: 5n,
  });
  expect(readParameters(analytic, ["user="])).toMatchObject({ user: "" });
});

describe("refuses", () => {
  it.each([
    ["what is no date", "from=2025-02-30", "from"],
    ["a date with a time", "from=2025-01-31T00:00", "from"],
    ["what is no whole number", "rows=-1", "rows"],
    ["a number no double holds", "rows=99999999999999999", "rows"],
    ["a number with words", "rows=20; DROP TABLE x", "rows"],
    ["a name it does not have", "limit=3", "limit"],
    ["a name alone", "user", "user"],
  ])("%s", (_what, given, name) => {
    expect(() => readParameters(analytic, [given])).toThrow(
      expect.objectContaining({ code: "QUERY_PARAMETER", place: { analytic: "things", parameter: name } }),
    );
  });

  it("a name that comes twice", () => {
    expect(() => readParameters(analytic, ["rows=1", "rows=2"])).toThrow(
      expect.objectContaining({ code: "QUERY_PARAMETER" }),
    );
  });
});
