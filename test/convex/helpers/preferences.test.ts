import { defineSchema } from "convex/server";
import { describe, expect, test } from "vitest";
import {
  resetPreference,
  setCustomInstructions,
  setPreference,
  setPreferences,
} from "../../../convex/helpers/preferences.js";
import { transitionalSchema } from "../../../convex/schema/transitionalSchema.js";
import { preferences } from "../../../transforms/preferences.js";
import { all, type Deployment, deploy, put } from "../deployment.js";
import { aUser } from "../documents.js";
import { expectInStep } from "../dualWrite/inStep.js";
import { startEngine } from "../engine.js";
import { act, bring, expectSide, partValue, refusal, steps } from "./act.js";

const chosen = { theme: "light", defaultModel: "auto", sendOnEnter: true } as const;
const instructed = { aboutUser: "me", responseStyle: "short", enabled: true };

async function world(stored: object | undefined, deployment: Deployment = deploy()) {
  const user = await put(deployment, "users", aUser(stored && { preferences: stored as never }));
  return { deployment, user };
}

/** An application whose own schema knows fields that ours does not. */
function lenient(): Deployment {
  const schema = defineSchema(transitionalSchema.tables, { schemaValidation: false });
  const modules = {
    "/app/_generated/api.ts": async () => ({}),
    "/app/unnest.ts": () => import("../../../fixtures/application/unnest.js"),
  };
  return startEngine({ schema, modules, transactionLimits: true }) as unknown as Deployment;
}

describe.each(steps)("at step %s", (step) => {
  test("one preference is set, and the others stay", async () => {
    const { deployment, user } = await world({ ...chosen, customInstructions: instructed });
    await bring(deployment, "phase-4", step, [preferences]);
    await act(deployment, (ctx) => setPreference(ctx, user, "customInstructions.nickname", "An"));
    await act(deployment, (ctx) => setPreferences(ctx, user, { theme: "dark", favoriteModels: ["a", "b"] }));
    expect(await partValue(deployment, preferences, user, step)).toEqual({
      preferences: {
        ...chosen,
        theme: "dark",
        favoriteModels: ["a", "b"],
        customInstructions: { ...instructed, nickname: "An" },
      },
    });
    await expectSide(deployment, preferences, user, step);
    if (step !== "off") expect(await all(deployment, "userPreferences")).toHaveLength(8);
    await expectInStep(deployment);
  });

  test("custom instructions merge into what is there: fields that no list names survive", async () => {
    const custom = { ...instructed, mood: { of: "today" } };
    const { deployment, user } = await world({ ...chosen, customInstructions: custom, flair: 1 }, lenient());
    await bring(deployment, "phase-4", step, [preferences]);
    await act(deployment, (ctx) => setCustomInstructions(ctx, user, { responseStyle: "long", "a.b": true }));
    expect(await partValue(deployment, preferences, user, step)).toEqual({
      preferences: {
        ...chosen,
        flair: 1,
        customInstructions: { ...custom, responseStyle: "long", "a.b": true },
      },
    });
    await expectInStep(deployment);
  });

  test("the first preference of a user without any is one row, and an old field that fits its schema", async () => {
    const { deployment, user } = await world(undefined);
    await bring(deployment, "phase-4", step, [preferences]);
    await act(deployment, (ctx) => setPreference(ctx, user, "fontSize", "large"));
    const { preferences: value } = await partValue(deployment, preferences, user, step);
    const isOld = step !== "cleaned" && step !== "complete";
    const required = { theme: "dark", defaultModel: "auto", sendOnEnter: true };
    expect(value).toEqual({ ...(isOld ? required : {}), fontSize: "large" });
  });

  test("a preference that is reset reads as its default", async () => {
    const { deployment, user } = await world({ ...chosen, chatWidth: "full", reasoning: { autoExpand: true } });
    await bring(deployment, "phase-4", step, [preferences]);
    await act(deployment, (ctx) => resetPreference(ctx, user, "chatWidth"));
    await act(deployment, (ctx) => resetPreference(ctx, user, "reasoning.autoExpand"));
    expect(await partValue(deployment, preferences, user, step)).toEqual({ preferences: chosen });
    await expectInStep(deployment);
  });

  test("values are held against types, enumerations and limits", async () => {
    const { deployment, user } = await world(chosen);
    await bring(deployment, "phase-4", step, [preferences]);
    const set = (key: string, value: never) => refusal(deployment, (ctx) => setPreference(ctx, user, key, value));
    expect(await set("theme", "blue" as never)).toBe("invalid_preference");
    expect(await set("sendOnEnter", "yes" as never)).toBe("invalid_preference");
    expect(await set("customInstructions.baseStyleAndTone", "rude" as never)).toBe("invalid_preference");
    expect(await set("unlisted", null as never)).toBe("invalid_preference");
    expect(await set("theme.inner", "x" as never)).toBe("invalid_preference");
    expect(await set("$theme", "x" as never)).toBe("invalid_preference");
    expect(await partValue(deployment, preferences, user, step)).toEqual({ preferences: chosen });
  });
});

test.each([
  ["nickname", 100],
  ["occupation", 200],
  ["moreAboutYou", 3000],
  ["aboutUser", 3000],
  ["responseStyle", 3000],
])("%s may have %i characters and no more", async (field, limit) => {
  const { deployment, user } = await world(chosen);
  const write = (length: number) =>
    refusal(deployment, (ctx) => setCustomInstructions(ctx, user, { [field]: "x".repeat(length) }));
  expect(await write(limit)).toBeNull();
  expect(await write(limit + 1)).toBe("preference_too_long");
  const whole = { customInstructions: { [field]: "x".repeat(limit + 1) } };
  expect(await refusal(deployment, (ctx) => setPreferences(ctx, user, whole))).toBe("preference_too_long");
});
