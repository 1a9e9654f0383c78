/** The goals of spec 8 for what functions read, and how that grows when everything grows ten-fold. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { costsFile, withSection } from "../../house/generatedSections.js";
import { costCases } from "./costCases.js";
import { costTable, type Measured, measureCosts } from "./costTable.js";

let measured: readonly Measured[] = [];

beforeAll(async () => {
  measured = await measureCosts();
});

describe.each(costCases.map((costCase) => [costCase.name, costCase] as const))("%s", (_name, costCase) => {
  const both = () => measured.filter((each) => each.costCase === costCase);

  test("costs no more in a world ten times as large, where the former function costs ten times as much", () => {
    const [small, large] = both();
    if (small === undefined || large === undefined) throw new Error("not measured");
    expect(large.now.documents).toBeLessThanOrEqual(small.now.documents);
    expect(large.now.intervals).toBeLessThanOrEqual(small.now.intervals);
    expect(large.now.bytes / small.now.bytes).toBeLessThan(1.1);
    expect(large.before.documents / small.before.documents).toBeGreaterThan(8);
  });
});

test.each(costCases.filter(({ goal }) => goal !== undefined))(
  "$name reads at least $goal times fewer documents and bytes",
  (costCase) => {
    const { goal = 0 } = costCase;
    for (const { before, now } of measured.filter((each) => each.costCase === costCase)) {
      expect(before.documents / now.documents).toBeGreaterThanOrEqual(goal);
      expect(before.bytes / now.bytes).toBeGreaterThanOrEqual(goal);
    }
  },
);

test("the table of costs in convex/README.md is what was measured (npm run docs makes it anew)", () => {
  const page = readFileSync(costsFile, "utf8");
  expect(page).toBe(withSection(page, "costs", costTable(measured)));
});
