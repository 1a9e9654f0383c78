import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tagLevels, tagSlug } from "../../transforms/tagSlug.js";

const hard = fc.constantFrom(
  "a",
  "Ä",
  "A\u0308",
  "\u0130",
  "Σ",
  "ß",
  "/",
  " ",
  "\u00a0",
  "\u0301",
  "H",
  "\u0331",
  "\u2000",
  "Ǆ",
  "😀",
);
const text = fc.string({ unit: fc.oneof(hard, fc.string({ unit: "binary", minLength: 1, maxLength: 1 })) });

describe("tagSlug", () => {
  test.each([
    ["Important", "important"],
    [" important ", "important"],
    ["Work/Project", "work/project"],
    ["work//project/", "work/project"],
    ["/ Deep \t Work / To  Do /", "deep work/to do"],
    ["Cafe\u0301", "caf\u00e9"],
    ["\u00a0\u2003\ufeffa\u2028b", "a b"],
    ["\u0130", "i\u0307"],
    // Only the small letter has a composed form, so lower case leaves something to compose.
    ["H\u0331", "\u1e96"],
    [" / / ", ""],
  ])("%j is %j", (text, slug) => {
    expect(tagSlug(text)).toBe(slug);
  });

  test("is idempotent", () => {
    fc.assert(
      fc.property(text, (spelled) => {
        expect(tagSlug(tagSlug(spelled))).toBe(tagSlug(spelled));
      }),
    );
  });
});

describe("tagLevels", () => {
  test("gives every level with its slug and its spelling, root first", () => {
    expect(tagLevels(" Work // My  Project/X ")).toEqual([
      { slug: "work", spelling: "Work" },
      { slug: "work/my project", spelling: "Work/My  Project" },
      { slug: "work/my project/x", spelling: "Work/My  Project/X" },
    ]);
  });

  test("each level is spelled as what its slug comes from", () => {
    fc.assert(
      fc.property(text, (spelled) => {
        const levels = tagLevels(spelled);
        if (typeof levels === "string") return;
        expect(levels.map(({ spelling }) => tagSlug(spelling))).toEqual(levels.map(({ slug }) => slug));
        expect(levels.at(-1)?.slug).toBe(tagSlug(spelled));
      }),
    );
  });

  test("16 levels and 256 bytes are the most", () => {
    expect(tagLevels("a/".repeat(16))).toHaveLength(16);
    expect(tagLevels("a/".repeat(17))).toBe("tag_too_long");
    expect(tagLevels("é".repeat(128))).toHaveLength(1);
    expect(tagLevels(`${"é".repeat(128)}a`)).toBe("tag_too_long");
  });

  test("nothing left is no tag", () => {
    expect(tagLevels(" /\t/")).toBe("empty_tag");
  });
});
