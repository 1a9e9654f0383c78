import { expect, it } from "vitest";
import { isRowTooLarge } from "../../transforms/rowSize.js";

const limit = 1_048_576;
/** 2 for the row, 66 for the system fields, 3 for the column's name and end, 2 for the text. */
const longest = limit - 2 - 66 - 3 - 2;

it("counts as Convex does, up to the last byte", () => {
  expect(isRowTooLarge({ ab: "x".repeat(longest) })).toBe(false);
  expect(isRowTooLarge({ ab: "x".repeat(longest + 1) })).toBe(true);
  expect(isRowTooLarge({ ab: "é".repeat(Math.floor(longest / 2)), c: undefined })).toBe(false);
  expect(isRowTooLarge({ ab: "é".repeat(Math.floor(longest / 2) + 1) })).toBe(true);
  expect(isRowTooLarge({ ab: Array.from({ length: 8000 }, () => "x".repeat(130)) })).toBe(true);
});

it("counts the ids a row will get at their longest", () => {
  const refs = [{ column: "tagId", table: "tags", key: ["x"] }];
  expect(isRowTooLarge({ ab: "x".repeat(longest - 45) }, refs)).toBe(false);
  expect(isRowTooLarge({ ab: "x".repeat(longest - 44) }, refs)).toBe(true);
});
