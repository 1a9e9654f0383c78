import { describe, expect, test } from "vitest";
import type { Value } from "../../transforms/index.js";
import { preferences } from "../../transforms/preferences.js";
import { doc, mapIn, store } from "./world.js";

const user = (stored: Value) => doc("users:ann", { preferences: stored, createdAt: 10, updatedAt: 20 });
const map = (stored: Value) => mapIn({ users: [user(stored)] }, preferences, "users:ann");
const leaves = (stored: Value) => map(stored).rows.map(({ value: { category, key, value } }) => [category, key, value]);

describe("user/preferences", () => {
  test("one row a leaf, with the user's times", () => {
    expect(map({ theme: "dark" }).rows).toEqual([
      {
        table: "userPreferences",
        value: {
          userId: "users:ann",
          category: "appearance",
          key: "theme",
          value: "dark",
          createdAt: 10,
          updatedAt: 20,
        },
        refs: [],
        element: "preference",
        path: "/preferences/theme",
      },
    ]);
  });

  test("customInstructions and reasoning are opened one level, unknown fields included; arrays stay one value; keys come in their order", () => {
    expect(
      leaves({
        favoriteModels: ["a", "b"],
        customInstructions: { nickname: "A", future: { deep: [1] } },
        reasoning: { autoExpand: true },
        ttsSpeed: 1.5,
      }),
    ).toEqual([
      ["customInstructions", "customInstructions.future", { deep: [1] }],
      ["customInstructions", "customInstructions.nickname", "A"],
      ["models", "favoriteModels", ["a", "b"]],
      ["reasoning", "reasoning.autoExpand", true],
      ["audio", "ttsSpeed", 1.5],
    ]);
  });

  test("an opened field that is no object is one value; an empty object has no leaf", () => {
    expect(leaves({ customInstructions: "be kind", reasoning: {} })).toEqual([
      ["customInstructions", "customInstructions", "be kind"],
    ]);
  });

  test("a key that no list names is advanced, and noted; . and \\ in a key are escaped", () => {
    const { rows, entries } = map({ "reasoning.autoExpand": 1, reasoning: { "a\\.b": 2 }, constructor: 3 });
    expect(rows.map(({ value: { category, key } }) => [category, key])).toEqual([
      ["advanced", "constructor"],
      ["reasoning", "reasoning.a\\\\\\.b"],
      ["advanced", "reasoning\\.autoExpand"],
    ]);
    expect(entries).toEqual([
      { code: "preference_uncategorized", kind: "noted", path: "/preferences/constructor" },
      { code: "preference_uncategorized", kind: "noted", path: "/preferences/reasoning.autoExpand" },
    ]);
  });

  test("null gives no row and is kept", () => {
    const { rows, entries } = map({ theme: null, reasoning: { autoExpand: null } });
    expect(rows).toEqual([]);
    expect(entries).toEqual([
      {
        code: "preference_null",
        kind: "kept",
        path: "/preferences/reasoning/autoExpand",
        value: null,
        element: "preference",
      },
      { code: "preference_null", kind: "kept", path: "/preferences/theme", value: null, element: "preference" },
    ]);
  });

  test("a text beyond its limit is migrated and noted", () => {
    const { rows, entries } = map({ customInstructions: { nickname: "x".repeat(101), occupation: "x".repeat(200) } });
    expect(rows).toHaveLength(2);
    expect(entries).toEqual([
      {
        code: "preference_too_long",
        kind: "noted",
        path: "/preferences/customInstructions/nickname",
        detail: "101 characters, at most 100",
      },
    ]);
  });

  test("a value that fits into no row is rejected, and the others have theirs", () => {
    const long = "x".repeat(1 << 20);
    const { rows, entries } = map({ theme: "dark", customInstructions: { nickname: long } });
    expect(rows.map(({ path }) => path)).toEqual(["/preferences/theme"]);
    expect(entries).toMatchObject([
      { code: "row_too_large", kind: "rejected", path: "/preferences/customInstructions/nickname" },
    ]);
  });

  test.each([[null], ["dark"], [["dark"]], [3n]])(
    "preferences that are no object (%s) are one rejected element",
    (stored) => {
      expect(map(stored).entries).toEqual([
        {
          code: "invalid_preference",
          kind: "rejected",
          path: "/preferences",
          value: stored,
          detail: "preferences is no object",
          element: "preference",
        },
      ]);
    },
  );

  test("rows give the object back", () => {
    const before = { theme: "dark", "a.b\\c": 1, __proto: 2, customInstructions: { nickname: "A", "x.y": 2 } };
    expect(preferences.rebuild(store(preferences, user(before), map(before)))).toEqual({ preferences: before });
  });
});
