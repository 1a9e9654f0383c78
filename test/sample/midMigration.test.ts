/** A snapshot of a deployment that is being migrated: its new tables and the migration's own come along, in step. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { phases } from "../../convex/phases.js";
import { writeWorld } from "../../fixtures/writeWorld.js";
import { put, setStep } from "../convex/deployment.js";
import { aWorld } from "../convex/phase/world.js";
import { bringInStep } from "../delta/bringInStep.js";
import { exportOf } from "../delta/exportOf.js";
import { folderOfTests, unnest } from "./sampled.js";

test.each([[[]], [["--anonymize", "--remint"]]])("a sample of what is in step is in step %j", async (flags) => {
  const { deployment } = await aWorld();
  for (const phase of phases) await setStep(deployment, phase, "dual-write");
  await bringInStep(deployment);
  const folder = await folderOfTests();
  const at = (name: string): string => join(folder, name);
  // Of one deployment, so both samples need the ids of one key.
  await writeFile(at("key"), "a key that both samples are made with");
  const sample = async (name: string): Promise<string> => {
    await writeWorld((await exportOf(deployment)).world, at(name));
    const path = at(`${name}.zip`);
    await unnest("sample", at(name), "--users", "2", "--key-file", at("key"), "--out", path, "--quiet", ...flags);
    return path;
  };
  await unnest("run", await sample("first"), "--out", at("out"), "--quiet");
  await put(deployment, "templates", aTemplate);
  expect(JSON.parse(await unnest("delta", await sample("later"), "--out", at("out"), "--json"))).toMatchObject({
    delta: { driftFree: true },
  });
});

/** Belongs to nobody, and no phase moves anything of it: a delta refuses the run's own export, and takes one that holds this besides. */
const aTemplate = {
  ...{ name: "t", prompt: "p", category: "c", isBuiltIn: true, isPublic: true },
  ...{ usageCount: 0, createdAt: 1, updatedAt: 1 },
};
