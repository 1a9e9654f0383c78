/** The view `answers` counts tokens by the rule of sql/model/conversationTokenUsage.sql; here the two are held against each other. */
import { expect, test } from "vitest";
import { phase6 } from "../../fixtures/worlds/phase6.js";
import { createViews } from "../../pipeline/query/views.js";
import { runWorld, testModel } from "../transform/runWorld.js";

test("its sums are the rows of conversationTokenUsage", async () => {
  const run = await runWorld(phase6);
  try {
    await createViews(run.database, testModel);
    const summed = `SELECT conversationId, a.model, sum(inputTokens), sum(outputTokens), sum(reasoningTokens), count(*)
      FROM answers AS a JOIN legacy.conversations AS c ON c._id = conversationId GROUP BY ALL`;
    const stored = `SELECT conversationId, model, inputTokens, outputTokens, coalesce(reasoningTokens, 0), messageCount
      FROM normal.conversationTokenUsage`;
    expect(await run.database.count(`SELECT count(*) FROM (${stored})`)).toBe(4);
    expect(await run.database.rows(`(${summed}) EXCEPT (${stored})`)).toEqual([]);
    expect(await run.database.rows(`(${stored}) EXCEPT (${summed})`)).toEqual([]);
  } finally {
    await run.close();
  }
});
