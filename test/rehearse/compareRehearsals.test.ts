import { expect, test } from "vitest";
import { compareRehearsals } from "../../pipeline/rehearse/compareRehearsals.js";
import { exampleRehearsal } from "./exampleRehearsal.js";

const one = exampleRehearsal();

test("a rehearsal differs in nothing from itself", () => {
  const compared = compareRehearsals(one, one);
  expect(compared).toMatchObject({ settings: [], differences: [], verdicts: { before: "passed", after: "passed" } });
  expect(compared.same).toBeGreaterThan(0);
});

test("what differs: settings, figures and details, checks, actions", () => {
  const [fill, abort] = structuredClone(one.steps);
  if (fill === undefined || abort === undefined) throw new Error("the example has two steps");
  const [documents, entries] = fill.figures;
  const [check] = fill.checks;
  if (documents === undefined || entries === undefined || check === undefined) throw new Error("and figures");
  const other = exampleRehearsal({
    seed: 2,
    verdict: "failed",
    steps: [{ ...fill, figures: [{ ...documents, value: 1300 }], checks: [{ ...check, failed: 2 }] }, abort],
    actions: [{ action: "edit a message (wrapped)", done: 6, refused: 0, failed: 1 }],
  });
  const { settings, verdicts, differences } = compareRehearsals(one, other);
  expect(settings).toEqual([{ name: "seed", before: "1", after: "2" }]);
  expect(verdicts).toEqual({ before: "passed", after: "failed" });
  expect(differences.map(({ step, name, before, after }) => [step, name, before, after])).toEqual([
    ["fill", "documents", 1234, 1300],
    ["fill", "ledger: original", 3, null],
    ["fill", "wrong: it holds documents", 0, 2],
    ["users", "edit a message (wrapped)", 5, 6],
    ["users", "failed: edit a message (wrapped)", 0, 1],
  ]);
});

test("a time that is nearly the same is the same", () => {
  const nearly = compareRehearsals(one, exampleRehearsal({ seconds: 12.9 }));
  expect(nearly.differences).toEqual([]);
  const slower = compareRehearsals(one, exampleRehearsal({ seconds: 20 }));
  expect(slower.differences.map(({ name }) => name)).toEqual(["time of all steps"]);
});
