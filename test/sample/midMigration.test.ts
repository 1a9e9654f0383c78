/** A snapshot of a deployment that is being migrated: its new tables and the migration's own come along, in step. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { phases } from "../../convex/phases.js";
import { writeWorld } from "../../fixtures/writeWorld.js";
import { setStep } from "../convex/deployment.js";
import { aWorld } from "../convex/phase/world.js";
import { bringInStep } from "../delta/bringInStep.js";
import { exportOf } from "../delta/exportOf.js";
import { folderOfTests, unnest } from "./sampled.js";

test.each([[[]], [["--anonymize", "--remint"]]])("a sample of what is in step is in step %j", async (flags) => {
  const { deployment } = await aWorld();
  for (const phase of phases) await setStep(deployment, phase, "dual-write");
  await bringInStep(deployment);
  const folder = await folderOfTests();
  const [snapshot, sample, out] = ["export", "sample.zip", "out"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeWorld((await exportOf(deployment)).world, snapshot);
  await unnest("sample", snapshot, "--users", "2", "--out", sample, "--quiet", ...flags);
  await unnest("run", sample, "--out", out, "--quiet");
  expect(JSON.parse(await unnest("delta", sample, "--out", out, "--json"))).toMatchObject({
    delta: { driftFree: true },
  });
});
