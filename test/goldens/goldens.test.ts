/** Each golden was read line by line against spec 4. One that changes is to be read again before it is recorded (`vitest -u`). */
import { expect, test } from "vitest";
import { worlds } from "../../fixtures/worlds/index.js";
import { describeRun } from "../transform/describeRun.js";
import { runWorld } from "../transform/runWorld.js";
import { tiesAndOrders } from "./tiesAndOrders.js";

test.each([...worlds, tiesAndOrders].map((world) => [world.name, world] as const))("%s", async (name, world) => {
  const run = await runWorld(world);
  try {
    await expect(await describeRun(run)).toMatchFileSnapshot(`./${name}.txt`);
  } finally {
    await run.close();
  }
});
