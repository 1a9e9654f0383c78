/** The order of keys says nothing: an export that a tool has written anew gives what the backend's own gives. */
import type { Value } from "convex/values";
import { expect, test } from "vitest";
import { hardSnapshot } from "../../fixtures/hardDocuments.js";
import type { World } from "../../fixtures/world.js";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { canonicalEncoding } from "../../transforms/canonicalEncoding.js";
import { isObject } from "../../transforms/sameValue.js";
import { runWorld } from "./runWorld.js";

/** The text of a value with the keys of every object in reverse order. */
function reversed(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(reversed).join(",")}]`;
  if (!isObject(value)) return canonicalEncoding(value);
  const members = Object.keys(value).sort().reverse();
  return `{${members.map((key) => `${JSON.stringify(key)}:${reversed(value[key] ?? null)}`).join(",")}}`;
}

/** Rows with their order and creation times, ledger and patches, values as values. */
async function outcomeOf(world: World) {
  const run = await runWorld(world);
  try {
    const entries = run.ledger.map(({ value, ...entry }) =>
      JSON.stringify([entry, value && canonicalEncoding(decodeValue(value))]),
    );
    return { rows: [...run.packaged], entries: entries.sort(), patches: run.patches };
  } finally {
    await run.close();
  }
}

test("documents with their keys in another order give the same rows, ledger and patches", async () => {
  const world = hardSnapshot(11, 300);
  const tables = world.tables.map((table) =>
    table.generatedSchema === null
      ? table
      : { ...table, lines: table.lines.map((line) => reversed(decodeValue(line))) },
  );
  expect(tables.map(({ lines }) => lines)).not.toEqual(world.tables.map(({ lines }) => lines));
  expect(await outcomeOf({ ...world, tables })).toEqual(await outcomeOf(world));
});
