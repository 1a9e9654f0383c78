import { describe, expect, test } from "vitest";
import { feedbackTag } from "../../transforms/feedbackTag.js";
import type { Fields } from "../../transforms/index.js";
import { doc, mapIn } from "./world.js";

const map = (fields: Fields) =>
  mapIn(
    { feedbackTags: [doc("feedbackTags:f", { createdAt: 5, usageCount: 1, ...fields })] },
    feedbackTag,
    "feedbackTags:f",
  );

describe("feedbackTag/tag", () => {
  test("a name mentions a global tag and its ancestors; its color is the tag's own", () => {
    const { mentions, tally, entries } = map({ name: "UI/Dark mode", color: "#111" });
    const common = { scope: "global", origin: "name", usedAt: 5 };
    expect(mentions).toEqual([
      {
        table: "tags",
        key: ["global", null, "ui"],
        value: { ...common, slug: "ui", depth: 0, spelling: "UI", own: false },
      },
      {
        table: "tags",
        key: ["global", null, "ui/dark mode"],
        value: {
          ...common,
          slug: "ui/dark mode",
          parentSlug: "ui",
          depth: 1,
          spelling: "UI/Dark mode",
          own: true,
          color: "#111",
        },
      },
    ]);
    expect(entries).toEqual([]);
    expect(tally).toEqual({ feedbackTagName: { source: 1, rows: 0, merged: 0, rejected: 0, kept: 0, undecided: 1 } });
  });

  test.each([
    ["empty_tag", ""],
    ["tag_too_long", "x".repeat(257)],
    ["invalid_feedback_tag_name", 4],
  ])("%s: rejected", (code, name) => {
    const { mentions, entries } = map({ name });
    expect(mentions).toEqual([]);
    expect(entries).toEqual([{ code, kind: "rejected", path: "/name", value: name, element: "feedbackTagName" }]);
  });
});
