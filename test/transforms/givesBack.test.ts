/** `givesBack` is a shorter way to what `rebuild` and `sameFieldValue` say; here both are asked about the same fields and rows. */
import type { Value } from "convex/values";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SourceDocument, StoredPart } from "../../transforms/defineTransform.js";
import { type Fields, sameFieldValue, transforms } from "../../transforms/index.js";
import { toolCalls } from "../../transforms/toolCalls.js";

const texts = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom(
    "",
    "{",
    "1e999",
    "[-0]",
    "0",
    '{"b":1,"a":[1.50,"x"]}',
    '{"a":[1.5,"x"],"b":1}',
    '{"__proto__":{},"a":1}',
    '{"a":1,"b":2}',
    '{"toString":1}',
    '["1"]',
  ),
);

/** Values a column holds: read from JSON, or something that no JSON text gives. */
const columns: fc.Arbitrary<Value | undefined> = fc.oneof(
  texts.map((text): Value => {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }),
  fc.constantFrom<Value | undefined>(undefined, 1n, Number.NaN, Number.POSITIVE_INFINITY, [-0], { a: Number.NaN }, [
    new ArrayBuffer(2),
  ]),
);

const small = fc.constantFrom<Value | undefined>(undefined, "a", "b", 1, 2, Number.NaN, null);

const rows = fc.record({
  position: fc.constantFrom(0, 1),
  toolCallId: small,
  toolName: small,
  args: columns,
  argsEncoding: fc.constantFrom("json", "text", undefined),
  result: columns,
  resultEncoding: fc.constantFrom("json", "text", undefined),
  timestamp: small,
  textPosition: small,
  isPartial: fc.boolean(),
});

type Row = typeof rows extends fc.Arbitrary<infer T> ? T : never;

/** A call as the row would have it, but for what `change` says: most differences that matter are small. */
const calls = (row: Row): fc.Arbitrary<Value> => {
  const written = toolCalls.rebuild({ ...emptyPart, rows: { toolCalls: [stored(row, 0)] } });
  const [call] = (written.toolCalls ?? written.partialToolCalls) as Value[];
  return fc
    .constantFrom<Fields>(
      {},
      {},
      {},
      { id: "b" },
      { name: undefined },
      { more: 1 },
      { more: undefined },
      { result: "1" },
    )
    .chain((change) => fc.tuple(fc.constant(change), texts, fc.boolean()))
    .map(
      ([change, text, other]) => ({ ...(call as object), ...change, ...(other ? { arguments: text } : {}) }) as Value,
    );
};

const emptyPart: StoredPart = { document: { _id: "m", _creationTime: 0 }, rows: {}, entities: {}, kept: {} };

function stored(row: Row, index: number): SourceDocument {
  const fields = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
  return { _id: `row${index}`, _creationTime: 0, ...fields };
}

const cases = fc.array(rows, { maxLength: 3 }).chain((list) =>
  fc.record({
    list: fc.constant(list),
    field: fc.constantFrom("toolCalls", "partialToolCalls"),
    original: fc.oneof(
      { weight: 6, arbitrary: fc.tuple(...list.map(calls)) as fc.Arbitrary<Value> },
      { weight: 1, arbitrary: fc.constantFrom<Value | undefined>(undefined, [], {}, null, "text", [null]) },
    ),
  }),
);

test("givesBack says what rebuilding and comparing says", () => {
  const seen = { yes: 0, no: 0 };
  fc.assert(
    fc.property(cases, ({ list, field, original }) => {
      const part: StoredPart = { ...emptyPart, rows: { toolCalls: list.map(stored) } };
      const expected = sameFieldValue(field, original, (toolCalls.rebuild(part) as Fields)[field]);
      expect(toolCalls.givesBack(field, original, part)).toBe(expected);
      seen[expected ? "yes" : "no"] += 1;
    }),
    { numRuns: 3_000, seed: 11 },
  );
  // Both answers come often enough to mean something.
  expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(300);
});

test("no other transform has a shorter way that is not tested here", () => {
  expect(transforms.filter(({ givesBack }) => givesBack !== undefined).map(({ part }) => part)).toEqual([
    toolCalls.part,
  ]);
});
