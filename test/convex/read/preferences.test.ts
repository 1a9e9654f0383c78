import { expect, test } from "vitest";
import { getPreference, getPreferences } from "../../../convex/read/getPreferences.js";
import { preferenceDefaults } from "../../../transforms/preferenceCatalogue.js";
import { preferences } from "../../../transforms/preferences.js";
import { conversed } from "../conversed.js";
import { put, setStep } from "../deployment.js";
import { aUser } from "../documents.js";
import { sync } from "./world.js";

const set = {
  theme: "light" as const,
  defaultModel: "openai:gpt-4o",
  sendOnEnter: false,
  customInstructions: { aboutUser: "a", responseStyle: "", enabled: true },
};

test("preferences read as their defaults where nothing is set, from either side", async () => {
  const { deployment } = await conversed();
  const user = await put(deployment, "users", aUser({ preferences: set }));
  const expected = {
    ...preferenceDefaults,
    theme: "light",
    defaultModel: "openai:gpt-4o",
    sendOnEnter: false,
    "customInstructions.aboutUser": "a",
    "customInstructions.enabled": true,
  };
  const read = () => deployment.query((ctx) => getPreferences(ctx, { userId: user }));
  expect(await read()).toEqual(expected);
  await setStep(deployment, "phase-4", "dual-write");
  await sync(deployment, preferences, user);
  await setStep(deployment, "phase-4", "cleaned");
  await deployment.run(({ db }) => db.patch(user, { preferences: undefined }));
  expect(await read()).toEqual(expected);
  const chosen = await deployment.query((ctx) => getPreferences(ctx, { userId: user, category: "reasoning" }));
  expect(Object.keys(chosen).sort()).toEqual([
    "reasoning.autoExpand",
    "reasoning.showByDefault",
    "reasoning.showDuringStreaming",
  ]);
});

test("one preference is one row, its default, or nothing", async () => {
  const { deployment } = await conversed();
  const user = await put(deployment, "users", aUser({ preferences: set }));
  const read = (key: string) => deployment.query((ctx) => getPreference(ctx, { userId: user, key }));
  const keys = ["theme", "ttsSpeed", "customInstructions.enabled", "nobody knows it", "constructor"];
  const expected = ["light", 1, true, null, null];
  expect(await Promise.all(keys.map(read))).toEqual(expected);
  await setStep(deployment, "phase-4", "new-then-old");
  expect(await Promise.all(keys.map(read))).toEqual(expected);
  await sync(deployment, preferences, user);
  await deployment.run(({ db }) => db.patch(user, { preferences: { ...set, theme: "dark" } }));
  expect(await Promise.all(keys.map(read))).toEqual(expected);
});
