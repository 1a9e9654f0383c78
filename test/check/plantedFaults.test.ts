import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listChecks } from "../../pipeline/check/checkDefinition.js";
import { runChecks } from "../../pipeline/check/runChecks.js";
import { runWorld, testModel, type WorldRun } from "../transform/runWorld.js";
import { faultless, plantedFaults } from "./plantedFaults.js";

test("every check has a planted fault", () => {
  expect(Object.keys(plantedFaults).sort()).toEqual(
    listChecks(testModel)
      .map(({ name }) => name)
      .sort(),
  );
});

/** Checks whose findings fail only a strict run. */
const aboutSource = ["sourceForeignKey", "sourceSchema", "repeatedKeys"];

describe("of all checks, exactly the one whose rule a planted fault breaks reports it", () => {
  let run: WorldRun;
  beforeAll(async () => {
    run = await runWorld(faultless);
  });
  afterAll(() => run.close());

  /** Checks that do not pass, with what they report, ids named. */
  const found = async () => {
    const results = await runChecks(run.context);
    return results
      .filter(({ status }) => status !== "passed")
      .map(({ name, status, violations, sample }) => ({ name, status, violations, sample }));
  };

  test("(without a fault all pass, and each has something to look at)", async () => {
    expect(await found()).toEqual([]);
    const results = await runChecks(run.context);
    expect(results.filter(({ covered }) => covered === 0)).toEqual([]);
    expect(run.ledger).toEqual([]);
  });

  test.each(Object.entries(plantedFaults))("%s: $fault", async (name, { sql, offender, detail }) => {
    const { database } = run;
    const id = "named" in offender ? offender.named : run.named((await database.value<string>(offender.query)) ?? "");
    await database.begin();
    try {
      await database.run(sql);
      const results = await found();
      expect(results.map((result) => result.name)).toEqual([name]);
      const [result] = results;
      expect(result).toMatchObject({
        status: aboutSource.includes(name) ? "listed" : "failed",
        violations: 1,
        sample: [{ detail: expect.stringMatching(detail) }],
      });
      expect(run.named(result?.sample[0]?._id ?? "")).toBe(id);
    } finally {
      await database.end("ROLLBACK");
    }
  });
});
