/**
 * Every analytic on a world small enough to be answered on paper. A golden is written by hand: `#` says how the answer was found, `?` with
 * what parameters it is asked, then stand the columns and the rows.
 */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { analytics } from "../../pipeline/query/analytic.js";
import type { WorldRun } from "../transform/runWorld.js";
import { askWorld, openAnalyticsRun } from "./askWorld.js";

const goldens = new URL("./goldens/", import.meta.url);

/** Their answers are byte counts; `storage.test.ts` holds them against the files themselves. */
const countedElsewhere = ["storageByPhase", "storageByTable"];

let run: WorldRun;
beforeAll(async () => {
  run = await openAnalyticsRun();
});
afterAll(() => run.close());

const names = readdirSync(goldens).map((file) => file.replace(/\.txt$/, ""));

test("there is a golden for every analytic", () => {
  expect([...names, ...countedElsewhere].sort()).toEqual(analytics().map(({ name }) => name));
});

const cases = names.flatMap((name) =>
  readFileSync(new URL(`${name}.txt`, goldens), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .join("\n")
    .split(/^\?/m)
    .slice(1)
    .map((section): [string, string, string[][]] => {
      const [params = "", ...lines] = section.trimEnd().split("\n");
      return [name, params.trim(), lines.map((line) => line.split(" | "))];
    }),
);

test.each(cases)("%s %s", async (name, params, expected) => {
  expect(await askWorld(run, name, params === "" ? [] : params.split(" "))).toEqual(expected);
});
