/** What a process that is killed between two transactions leaves of a plan. */
import { afterEach, describe, expect, it } from "vitest";
import { Database } from "../../pipeline/db/database.js";
import type { Batch } from "../../pipeline/import/batch.js";
import { Journal } from "../../pipeline/import/journal.js";
import { createPlanSql } from "../../pipeline/import/planTables.js";
import type { Slice } from "../../pipeline/import/slices.js";

let database: Database;
afterEach(() => database.close());

function aSlice(first: number, items: number): Slice {
  const costs = { rows: items, argumentBytes: items, bytesRead: 1, bytesWritten: 1, writeBytes: 1 };
  const place = { origin: 0, first, items, lineOffset: 0, lineBytes: 1, attempts: 0 };
  return { batchId: `parts/${first}-${first + items}`, phase: "phase-1", epoch: 1, kind: "parts", ...costs, ...place };
}

const whole: Batch = { ...aSlice(0, 8), number: 0 };

/** A plan of one batch, whose process is gone after so many more transactions. */
async function aDatabaseKilledAfter(transactions: number): Promise<Database> {
  database = await Database.open(":memory:", { threads: 1, memoryLimit: 2 ** 28, spillDirectory: "." });
  await database.run(createPlanSql());
  const plan = new Journal(database, 0);
  plan.set({ number: -1 }, { state: "split" }, [whole]);
  await plan.flush();
  let begun = 0;
  const begin = database.begin.bind(database);
  database.begin = async () => {
    begun += 1;
    if (begun > transactions) throw new Error("killed");
    await begin();
  };
  return database;
}

/** Items of the plan that a batch of these states stands for, each once. */
async function standing(): Promise<readonly number[]> {
  const rows = await database.rows<{ item: string }>(
    `SELECT unnest(range("first", "first" + items)) AS item FROM import.batches WHERE state <> 'split' ORDER BY item`,
  );
  return rows.map(({ item }) => Number(item));
}

describe("a journal", () => {
  it.each([0, 1, 2])(
    "that ends after %i transactions still has every item of a divided batch",
    async (transactions) => {
      const journal = new Journal(await aDatabaseKilledAfter(transactions), 1);
      // The first is written at once, so that what follows gathers behind it.
      journal.set(whole, { state: "sent", attempts: 1 });
      const [left, right] = journal.set(whole, { state: "split" }, [aSlice(0, 4), aSlice(4, 4)]);
      await journal.flush().catch(() => {});
      expect(await standing()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect([left?.number, right?.number]).toEqual([1, 2]);
    },
  );

  it("that is idle divides a batch in one transaction", async () => {
    const journal = new Journal(await aDatabaseKilledAfter(1), 1);
    journal.set(whole, { state: "split" }, [aSlice(0, 4), aSlice(4, 4)]);
    await journal.flush();
    expect(await standing()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
