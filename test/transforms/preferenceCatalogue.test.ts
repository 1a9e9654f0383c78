import { expect, test } from "vitest";
import { preferenceCategory, preferenceDefaults, preferenceLimits } from "../../transforms/preferenceCatalogue.js";
import { preferenceSegments } from "../../transforms/preferenceKey.js";

test("every default and every limit belongs to a key that a list names", () => {
  for (const key of [...Object.keys(preferenceDefaults), ...preferenceLimits.keys()]) {
    expect([key, preferenceCategory(preferenceSegments(key)[0] ?? "")]).not.toEqual([key, null]);
  }
});

test("inherited names of objects are no categories", () => {
  expect(preferenceCategory("toString")).toBeNull();
  expect(preferenceCategory("__proto__")).toBeNull();
});
