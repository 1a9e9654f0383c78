import { afterAll, beforeAll, expect, test } from "vitest";
import { checkLimits } from "../../pipeline/check/checkLimits.js";
import { literal } from "../../pipeline/db/quote.js";
import { runWorld, type WorldRun } from "../transform/runWorld.js";
import { faultless } from "./plantedFaults.js";

let run: WorldRun;
beforeAll(async () => {
  run = await runWorld(faultless);
});
afterAll(() => run.close());

const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
const list = (length: number): string => `[${"1,".repeat(length - 1)}1]`;
const object = (length: number): string => `{${Array.from({ length }, (_, index) => `"${index}":1`).join(",")}}`;

/** What `checkLimits` says of a preference with this value. */
async function violations(json: string): Promise<number> {
  const { database } = run;
  await database.begin();
  try {
    await database.run(
      `UPDATE normal.userPreferences SET value = ${literal(json)}::JSON WHERE key = 'theme' AND userId = ${literal(faultless.id("users", "ann"))}`,
    );
    return (await checkLimits(run.context)).violations;
  } finally {
    await database.end("ROLLBACK");
  }
}

test.each([
  ["sixteen levels", deep(16)],
  ["sixteen levels beside a value of another type", `[1,${deep(15)}]`],
  ["8,193 elements", list(8193)],
  ["1,025 fields", object(1025)],
  ["a key of 1,025 letters", `{"${"k".repeat(1025)}":1}`],
  ["a key of 1,025 letters with quotes between them", `{"${'k\\"'.repeat(513)}":1}`],
  ["a key beyond ASCII", '{"größe":1}'],
  ["a control character in a key", '{"a":{"\\"\\n":1}}'],
  ["a key that starts with $", '{"a":[{"$b":1}]}'],
  ["more than a mebibyte", JSON.stringify("x".repeat(1 << 20))],
  ["more than a mebibyte in Convex's count only", `[${`[${"0.0,".repeat(8000)}0.0],`.repeat(15)}[]]`],
])("finds %s", async (_, json) => {
  expect(await violations(json)).toBe(1);
});

test.each([
  ["fifteen levels", deep(15)],
  ["8,192 elements", list(8192)],
  ["1,024 fields", object(1024)],
  ["a key of 1,024 letters", `{"${"k".repeat(1024)}":1}`],
  ["what would be wrong in a key", '{"a":"\\"größe\\":1 $ \\n"}'],
])("lets %s pass", async (_, json) => {
  expect(await violations(json)).toBe(0);
});

test("measures patches too", async () => {
  const { database } = run;
  await database.begin();
  const patch = `{"expect":{},"set":{"title":${deep(16)}},"unset":[]}`;
  const id = faultless.id("conversations", "c1");
  await database.run(
    `INSERT INTO ledger.entries ("table", documentId, kind, patch) VALUES ('conversations', '${id}', 'repaired', ${literal(patch)})`,
  );
  const { sample } = await checkLimits(run.context);
  await database.end("ROLLBACK");
  expect(sample).toMatchObject([{ table: "conversations", _id: id }]);
});
