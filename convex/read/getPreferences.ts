import type { GenericId, Value } from "convex/values";
import {
  type PreferenceCategory,
  preferenceCategory,
  preferenceDefaults,
} from "../../transforms/preferenceCatalogue.js";
import { preferenceSegments } from "../../transforms/preferenceKey.js";
import { preferences } from "../../transforms/preferences.js";
import { rangeBy, type StoredDocument } from "../documents.js";
import { hasOpenJob } from "../jobs/hasOpenJob.js";
import { phaseOf } from "../sync/sync.js";
import { columnsIn, readPartAnswer } from "./partAnswer.js";
import { type ReadCtx, type Reading, sideOf, startReading } from "./reading.js";

export interface PreferencesArguments {
  readonly userId: GenericId<"users">;
  /** Those of one category only. */
  readonly category?: PreferenceCategory | undefined;
}

/** Values by key, as rows have it: a field of an object that was opened is `customInstructions.nickname`. */
export type Preferences = Readonly<Record<string, Value>>;

/**
 * What a user prefers, the defaults where nothing is set. No list: a user's preferences fit into one document. Reads two index
 * ranges, and the user only where there are no rows.
 */
export async function getPreferences(ctx: ReadCtx, { userId, category }: PreferencesArguments): Promise<Preferences> {
  const set = await preferencesSet(await startReading(ctx), userId);
  const all = Object.entries({ ...preferenceDefaults, ...set });
  return Object.fromEntries(all.filter(([key]) => category === undefined || categoryOf(key) === category));
}

function categoryOf(key: string): PreferenceCategory {
  return preferenceCategory(preferenceSegments(key)[0] ?? "") ?? "advanced";
}

async function preferencesSet(reading: Reading, userId: string): Promise<Preferences> {
  const answer = await readPartAnswer(reading, preferences, userId);
  return Object.fromEntries(columnsIn(answer).map(({ key, value }) => [String(key), value as Value]));
}

export interface PreferenceArguments {
  readonly userId: GenericId<"users">;
  readonly key: string;
}

/**
 * One preference, its default where it is not set, null where it has none. Reads one row where the rows answer, however many
 * preferences there are.
 */
export async function getPreference(ctx: ReadCtx, { userId, key }: PreferenceArguments): Promise<Value> {
  const reading = await startReading(ctx);
  const row = await storedPreference(reading, userId, key);
  if (row !== null) return row.value ?? null;
  const all = new Map(Object.entries({ ...preferenceDefaults, ...(await preferencesSet(reading, userId)) }));
  return all.get(key) ?? null;
}

/** Null where the whole part is to answer: its old field does, or it may have no rows yet. */
async function storedPreference(reading: Reading, userId: string, key: string): Promise<StoredDocument | null> {
  const state = phaseOf(reading, preferences);
  if (sideOf(state) === "old") return null;
  if (state.step !== "complete" && (await hasOpenJob(reading.db, preferences, userId))) return null;
  const leading = [
    ["userId", userId],
    ["key", key],
  ] as const;
  return await rangeBy(reading.db, "userPreferences", "by_user_key", leading).first();
}
