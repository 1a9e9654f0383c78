import { expect, test } from "vitest";
import { mounted } from "../../../convex/mount.js";
import { type Deployment, deploy, setStep } from "../deployment.js";
import { sendNames } from "./snapshot.js";

const recorded = (deployment: Deployment, migrationId: string, epoch: number, batchIds: string[]) =>
  deployment.query(mounted("query", "recordedBatches"), { migrationId, epoch, batchIds });

async function world() {
  const deployment = deploy();
  await setStep(deployment, "phase-1", "dual-write");
  await sendNames(deployment, "phase-1", [], [], { batchId: "sent" });
  return deployment;
}

test("says of each batch, in the order asked, whether this phase's epoch has it on record", async () => {
  const deployment = await world();
  expect(await recorded(deployment, "phase-1", 1, ["never", "sent", "never"])).toEqual([false, true, false]);
  expect(await recorded(deployment, "phase-1", 2, ["sent"]), "another epoch").toEqual([false]);
  expect(await recorded(deployment, "phase-2", 1, ["sent"]), "another phase").toEqual([false]);
});

test("looks at 200 ids a call", async () => {
  const deployment = await world();
  const ids = [...Array.from({ length: 199 }, (_, n) => `never ${n}`), "sent", "sent"];
  expect((await recorded(deployment, "phase-1", 1, ids)).slice(198)).toEqual([false, true]);
});
