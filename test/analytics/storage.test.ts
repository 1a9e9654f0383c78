/** The bytes that storageByTable and storageByPhase answer, counted from the files themselves. */
import type { Value } from "convex/values";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { canonicalEncoding } from "../../transforms/canonicalEncoding.js";
import { transforms } from "../../transforms/index.js";
import { testModel, type WorldRun } from "../transform/runWorld.js";
import { askWorld, openAnalyticsRun } from "./askWorld.js";

let run: WorldRun;
beforeAll(async () => {
  run = await openAnalyticsRun();
});
afterAll(() => run.close());

const bytesOf = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);

/** A line without some of its document's fields. */
function without(line: string, fields: readonly string[]): string {
  const document = decodeValue(line) as Record<string, Value>;
  return canonicalEncoding(Object.fromEntries(Object.entries(document).filter(([field]) => !fields.includes(field))));
}

test("a document's bytes before and after, a row's as the package has it", async () => {
  const documents = run.world.tables.map(({ name, lines }) => {
    const moved = testModel.has(name) ? testModel.table(name).moved : [];
    const after = bytesOf(lines.map((line) => without(line, moved)));
    return [name, "false", String(lines.length), String(bytesOf(lines)), String(after)];
  });
  const rows = [...run.packaged].flatMap(([name, lines]) =>
    testModel.has(name) && lines.length > 0 ? [[name, "true", String(lines.length), "0", String(bytesOf(lines))]] : [],
  );
  const [, ...answer] = await askWorld(run, "storageByTable");
  expect(answer.map((row) => row.slice(0, 5)).sort()).toEqual([...documents, ...rows].sort());
});

test("the bytes a phase moves, and those of its rows", async () => {
  const moved = (phase: string): number =>
    transforms
      .filter((transform) => transform.phase === phase)
      .flatMap(
        ({ table, moves }) =>
          run.world.tables
            .find(({ name }) => name === table)
            ?.lines.map((line) => bytesOf([line]) - bytesOf([without(line, moves)])) ?? [],
      )
      .reduce((sum, bytes) => sum + bytes, 0);
  const made = (phase: string): number =>
    testModel.normalized
      .filter((table) => table.phase === phase)
      .reduce((sum, { name }) => sum + bytesOf(run.packaged.get(name) ?? []), 0);
  const [, ...answer] = await askWorld(run, "storageByPhase");
  const phases = [1, 2, 3, 4, 5, 6, 7].map((number) => `phase-${number}`);
  expect(answer.map(([phase, , bytesMoved, , bytesOfRows]) => [phase, bytesMoved, bytesOfRows])).toEqual(
    phases.map((phase) => [phase, String(moved(phase)), String(made(phase))]),
  );
});
