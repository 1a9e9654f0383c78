import { expect, test } from "vitest";
import { addTally, emptyTally } from "../../transforms/tally.js";

test("a tally takes another's counts, fate by fate", () => {
  const sum = { ...emptyTally(), source: 5, rows: 2 };
  addTally(sum, { source: 10, rows: 1, merged: 2, rejected: 3, kept: 4, undecided: 6 });
  expect(sum).toEqual({ source: 15, rows: 3, merged: 2, rejected: 3, kept: 4, undecided: 6 });
});
