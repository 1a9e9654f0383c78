import fc from "fast-check";
import { expect, test } from "vitest";
import { preferenceKey, preferenceSegments } from "../../transforms/preferenceKey.js";

const segment = fc.string({ unit: fc.constantFrom("a", "b", ".", "\\", "_") });

test("segments of a key are the ones it was made of", () => {
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
      expect(preferenceSegments(preferenceKey(...segments))).toEqual(segments);
    }),
  );
});
