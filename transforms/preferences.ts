import type { Value } from "convex/values";
import { compareUtf8 } from "./canonicalEncoding.js";
import { defineTransform, type SourceDocument } from "./defineTransform.js";
import { jsonPointer } from "./jsonPointer.js";
import { startPart } from "./partBuilder.js";
import { openedPreferences, preferenceCategory, preferenceLimits } from "./preferenceCatalogue.js";
import { preferenceKey, preferenceSegments } from "./preferenceKey.js";
import { isRowTooLarge } from "./rowSize.js";
import { isObject } from "./sameValue.js";

const element = "preference";
const opened: ReadonlySet<string> = new Set(openedPreferences);

/** Phase 4: the object `preferences` of a user → one row a leaf, so that one setting is one write. */
export const preferences = defineTransform({
  part: "user/preferences",
  phase: "phase-4",
  table: "users",
  moves: ["preferences"],
  reads: { fields: ["preferences", "createdAt", "updatedAt"], lookups: {} },
  elements: { [element]: "userPreferences" },
  writes: { userPreferences: "userId" },
  mentions: [],

  map({ document }) {
    const part = startPart(document, ["preferences"]);
    const { createdAt, updatedAt } = document;
    for (const { segments, path, value } of leaves(document)) {
      part.found(element);
      const [field] = segments;
      if (field === undefined) {
        part.rejected(element, { code: "invalid_preference", path, value, detail: "preferences is no object" });
      } else if (value === null) {
        part.kept(element, { code: "preference_null", path, value });
      } else if (typeof createdAt !== "number" || typeof updatedAt !== "number") {
        part.rejected(element, { code: "invalid_preference", path, value, detail: "createdAt or updatedAt" });
      } else {
        const category = preferenceCategory(field);
        const key = preferenceKey(...segments);
        const columns = { userId: document._id, category: category ?? "advanced", key, value, createdAt, updatedAt };
        if (isRowTooLarge(columns)) {
          part.rejected(element, { code: "row_too_large", path, value });
          continue;
        }
        part.row({ table: "userPreferences", value: columns, refs: [], element, path });
        if (category === null) part.noted({ code: "preference_uncategorized", path });
        const limit = preferenceLimits.get(key);
        if (limit !== undefined && typeof value === "string" && value.length > limit) {
          part.noted({ code: "preference_too_long", path, detail: `${value.length} characters, at most ${limit}` });
        }
      }
    }
    return part.finish();
  },

  elementsOf(document) {
    return leaves(document).map(({ path, value }) => ({ element, path, value }));
  },

  rebuild({ rows, kept }) {
    if (kept.preferences !== undefined) return { preferences: kept.preferences };
    const stored = rows.userPreferences ?? [];
    return stored.length === 0 ? {} : { preferences: objectOf(stored) };
  },

  identity: ({ key }) => String(key),
});

interface Leaf {
  /** Keys from `preferences` inwards; none for a `preferences` that is no object. */
  readonly segments: readonly string[];
  readonly path: string;
  readonly value: Value;
}

/** The leaves of `preferences`, in the order of their keys: the order in which a document has them says nothing. An opened object that is empty has none. */
function leaves({ preferences: stored }: SourceDocument): Leaf[] {
  if (stored === undefined) return [];
  if (!isObject(stored)) return [leaf([], stored)];
  return inKeyOrder(stored).flatMap(([field, value]) => {
    if (value === undefined) return [];
    if (!opened.has(field) || !isObject(value)) return [leaf([field], value)];
    return inKeyOrder(value).flatMap(([inner, found]) => (found === undefined ? [] : [leaf([field, inner], found)]));
  });
}

function inKeyOrder<Inner>(object: Readonly<Record<string, Inner>>): [string, Inner][] {
  return Object.entries(object).sort(([left], [right]) => compareUtf8(left, right));
}

function leaf(segments: readonly string[], value: Value): Leaf {
  return { segments, path: jsonPointer("preferences", ...segments), value };
}

/** Puts rows together again. A Map and `fromEntries` keep a key such as `__proto__` an ordinary key. */
function objectOf(rows: readonly SourceDocument[]): Record<string, Value> {
  const fields = new Map<string, Value>();
  const objects = new Map<string, Map<string, Value>>();
  for (const { key, value } of rows) {
    const [field = "", ...inner] = preferenceSegments(String(key));
    if (value === undefined) continue;
    if (inner.length === 0) fields.set(field, value);
    else objects.set(field, (objects.get(field) ?? new Map<string, Value>()).set(inner.join("."), value));
  }
  for (const [field, object] of objects) fields.set(field, Object.fromEntries(object));
  return Object.fromEntries(fields);
}
