/** Documents that hold everything users, bugs and enemies could put there, through the whole way: both laws of spec 4 hold. */
import { expect, test } from "vitest";
import { hardSnapshot } from "../../fixtures/hardDocuments.js";
import { runWorld } from "../transform/runWorld.js";

test("600 hard documents are accounted for, come back as they were, and break no check", async () => {
  const run = await runWorld(hardSnapshot(1, 600));
  try {
    const checks = await run.database.rows("SELECT name, sample FROM meta.checks WHERE status = 'failed'");
    expect(checks).toEqual([]);
    const [sums] = await run.database.rows(
      "SELECT sum(source) > 1000 AS many, min(fates) > 0 AS all FROM meta.accounting, (SELECT least(sum(rows), sum(merged), sum(rejected), sum(kept), sum(derived)) AS fates FROM meta.accounting)",
    );
    expect(sums).toEqual({ many: true, all: true });
  } finally {
    await run.close();
  }
});
