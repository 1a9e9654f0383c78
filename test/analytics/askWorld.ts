import { type Analytic, findAnalytic } from "../../pipeline/query/analytic.js";
import { ask } from "../../pipeline/query/ask.js";
import { readParameters } from "../../pipeline/query/parameters.js";
import { createViews } from "../../pipeline/query/views.js";
import { runWorld, testModel, type WorldRun } from "../transform/runWorld.js";
import { analyticsWorld } from "./analyticsWorld.js";

/** The world's run, ready for questions. */
export async function openAnalyticsRun(): Promise<WorldRun> {
  const run = await runWorld(analyticsWorld);
  await createViews(run.database, testModel);
  await run.database.seal();
  return run;
}

/** An analytic's answer: its columns, then its rows, all as texts with names in place of ids; `-` stands for NULL. */
export async function askWorld(run: WorldRun, name: string, params: readonly string[] = []): Promise<string[][]> {
  const analytic: Analytic = findAnalytic(name);
  const parameters = readParameters(
    analytic,
    params.map((param) => withIds(run, param)),
  );
  const limits = { timeout: 30_000, signal: new AbortController().signal };
  const { columns, batches } = await ask(run.database, { sql: analytic.sql, parameters }, limits);
  const lines = [columns.map((column) => column.name)];
  for await (const rows of batches)
    lines.push(...rows.map((row) => row.map((cell) => (cell === null ? "-" : run.named(String(cell))))));
  return lines;
}

/** `user=users:bob` with the id of that document. */
function withIds(run: WorldRun, param: string): string {
  const [name, value = ""] = param.split("=");
  const [id] = [...run.world.names].find(([, named]) => named === value) ?? [value];
  return `${name}=${id}`;
}
