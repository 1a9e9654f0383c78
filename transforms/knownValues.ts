import { canonicalEncoding } from "./canonicalEncoding.js";
import { openedPreferences, preferenceCategory, preferenceDefaults } from "./preferenceCatalogue.js";

/** A small relation of texts. */
export interface KnownRelation {
  /** What one row is. */
  readonly meaning: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What the rules know beside any document, for queries that join it. */
export const knownValues: Readonly<Record<string, KnownRelation>> = {
  preferenceDefaults: {
    meaning:
      "a preference the model knows, its category, and the default it reads as where a user has no row (JSON text)",
    columns: ["category", "key", "value"],
    rows: Object.entries(preferenceDefaults).map(([key, value]) => [
      preferenceCategory(topField(key)) ?? "advanced",
      key,
      canonicalEncoding(value),
    ]),
  },
};

/** The field of `preferences` a key stands in: `reasoning` of `reasoning.autoExpand`. */
function topField(key: string): string {
  return openedPreferences.find((name) => key.startsWith(`${name}.`)) ?? key;
}
