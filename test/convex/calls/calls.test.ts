/** The application's own calls at every step: which are done, which are refused, and that none loses a value. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { callsFile, withSection } from "../../house/generatedSections.js";
import { isEmbedded } from "../engine.js";
import { callTable, measureCalls, passing } from "./outcomes.js";

test("no call loses a value at any step, and the documentation says what becomes of each", {
  timeout: 300_000,
}, async () => {
  const measured = await measureCalls();
  expect(measured.filter(({ steps }) => Object.values(steps).includes("loses"))).toEqual([]);
  expect(passing(measured)).toMatchInlineSnapshot(`
    {
      "cleaned": 48,
      "complete": 48,
      "new": 62,
      "returning": 58,
    }
  `);
  if (isEmbedded) return;
  const page = readFileSync(callsFile, "utf8");
  expect(page).toBe(withSection(page, "calls", callTable(measured)));
});
