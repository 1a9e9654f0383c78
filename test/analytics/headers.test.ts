/** What an analytic's header says is what its SELECT does. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { analytics } from "../../pipeline/query/analytic.js";
import { readParameters } from "../../pipeline/query/parameters.js";
import type { WorldRun } from "../transform/runWorld.js";
import { askWorld, openAnalyticsRun } from "./askWorld.js";

let run: WorldRun;
beforeAll(async () => {
  run = await openAnalyticsRun();
});
afterAll(() => run.close());

const all = analytics().map((analytic) => [analytic.name, analytic] as const);

test.each(all)("%s has the columns it promises", async (name, { columns }) => {
  const [answered] = await askWorld(run, name);
  expect(answered).toEqual(columns.map((column) => column.name));
});

test.each(all)("%s takes the parameters it declares", (_name, { sql, parameters }) => {
  const statement = sql.replace(/^--.*$/gm, "");
  const used = new Set([...statement.matchAll(/\$(\w+)/g)].map(([, parameter]) => parameter));
  expect([...used].sort()).toEqual(parameters.map((parameter) => parameter.name).sort());
});

test.each(all)("%s has defaults of the type they should have", (_name, analytic) => {
  expect(Object.keys(readParameters(analytic, []))).toEqual(analytic.parameters.map(({ name }) => name));
});

test.each(all)("%s asks a question", (_name, { question, parameters, columns }) => {
  expect(question).toMatch(/\?$/);
  for (const { meaning } of [...parameters, ...columns]) expect(meaning).toMatch(/^\S.*\S$|^\S$/);
});
