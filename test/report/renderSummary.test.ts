import { expect, it } from "vitest";
import { renderSummary } from "../../pipeline/report/renderSummary.js";
import type { Report } from "../../pipeline/report/report.js";
import { colored, plain } from "../../pipeline/terminal/paint.js";
import { exampleReport } from "./exampleReport.js";

const options = {
  paint: plain,
  directory: "./unnest-out",
  meanings: {
    invalid_storage_id: "the file's id is none",
    unknown_field: "a field the old schema does not name ".repeat(3),
  },
};

it("says what a person wants to know", async () => {
  await expect(renderSummary(exampleReport, options)).toMatchFileSnapshot("goldens/failedRun.txt");
});

it("says what comes next after a run without findings", async () => {
  const fine: Report = {
    ...exampleReport,
    stages: exampleReport.stages.map(({ error: _, ...stage }) => ({ ...stage, status: "done" })),
    accounting: [],
    misfits: [],
    existing: [],
    ledger: {},
    checks: exampleReport.checks.slice(0, 1),
    figures: [],
  };
  await expect(renderSummary(fine, options)).toMatchFileSnapshot("goldens/fineRun.txt");
});

it("fits into 100 columns and lets no control through", () => {
  const lines = renderSummary(exampleReport, options).split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines.join("")).not.toMatch(/\p{Cc}/u);
});

it("has colors only where they are asked for", () => {
  const text = renderSummary(exampleReport, { ...options, paint: colored });
  expect(text).toContain("\u001b[31m");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colors themselves
  expect(text.replace(/\u001b\[\d+m/g, "")).toBe(renderSummary(exampleReport, options));
});
