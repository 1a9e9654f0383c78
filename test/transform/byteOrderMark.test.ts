import { expect, test } from "vitest";
import { defineWorld } from "../../fixtures/world.js";
import { runWorld } from "./runWorld.js";

/** The database's client takes U+FEFF away from the beginning of a text; an id made from what is left would be another row's. */
test("keys that differ in a byte order mark alone have ids of their own", async () => {
  const world = defineWorld("byteOrderMark", (one) => {
    one.add("users", "ann");
    one.add("conversations", "c1");
    for (const model of ["m", "\ufeffm"]) one.add("messages", model, { model, inputTokens: 1, outputTokens: 1 });
  });
  const run = await runWorld(world);
  try {
    const rows = await run.database.rows(
      'SELECT count(*) AS rows, count(DISTINCT _id) AS ids FROM normal."conversationTokenUsage"',
    );
    expect(rows).toEqual([{ rows: "2", ids: "2" }]);
  } finally {
    await run.close();
  }
});
