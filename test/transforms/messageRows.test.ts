/** What holds for the rows of any message: they fit schema and limits, and of a clean message they alone give it back. */
import type { Value } from "convex/values";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDocumentLimits } from "../../pipeline/convexFormat/limits.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { validateDocument } from "../../pipeline/model/validateValue.js";
import { attachments } from "../../transforms/attachments.js";
import type { EntityMention, Fields, SourceDocument, Transform } from "../../transforms/defineTransform.js";
import { sameFieldValue } from "../../transforms/sameFieldValue.js";
import { sources } from "../../transforms/sources.js";
import { toolCalls } from "../../transforms/toolCalls.js";
import { messageWorld } from "./messageWorld.js";
import { doc, mapIn, store } from "./world.js";

type Shape = Record<string, fc.Arbitrary<Value>>;

const text = fc.string({ unit: "grapheme", maxLength: 6 });
const number = fc.oneof(fc.integer(), fc.double());
const list = (items: fc.Arbitrary<Value>): fc.Arbitrary<Value> => fc.array(items, { maxLength: 5 });
const some = (shape: Shape): fc.Arbitrary<Value> => fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<Value>;

const attachment: Shape = {
  type: fc.constantFrom("image", "file"),
  name: text,
  storageId: fc.constant("_storage:photo"),
  mimeType: text,
  size: number,
  metadata: some({ width: number, prompt: text, model: text }),
};
const call: Shape = { id: text, name: text, arguments: fc.json(), result: fc.json(), timestamp: number };
const source: Shape = { title: text, snippet: text, publishedDate: text };
const entry: Shape = { domain: text, ogTitle: text, fetchedAt: number, error: text };

const junk: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value[]>(null, "", 7n, Number.NaN, -0, true, [], {}, new ArrayBuffer(2)),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Value>,
);
const maybe = (value: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 9, arbitrary: value }, { weight: 1, arbitrary: junk });

/** Elements any field of which may be missing or something else, in a field that may be no array. */
function hard(usual: Shape): fc.Arbitrary<Value> {
  const fields = Object.entries(usual).map(([name, value]): [string, fc.Arbitrary<Value>] => [name, maybe(value)]);
  return maybe(list(maybe(some({ ...Object.fromEntries(fields), "odd/~key": junk }))));
}

const hardJson = fc.oneof(fc.json(), fc.constantFrom("{", '{"a":1,"a":1}', "1e999", '{"$a":1}', '["\\ud800"]', "-0"));
const hardCall = { ...call, id: fc.constantFrom("1", "2", "3"), arguments: hardJson, result: hardJson };
const hardSource = {
  ...source,
  id: fc.constantFrom("1", "2", "3", "x", "07"),
  url: fc.oneof(fc.constantFrom("https://a.example/x/", "https://a.example/x", ""), fc.webUrl(), text),
};
const hardMessage: fc.Arbitrary<Fields> = fc.record({
  status: fc.constantFrom("complete", "generating"),
  model: fc.constantFrom("perplexity/sonar", "openai:gpt"),
  attachments: hard({ ...attachment, storageId: fc.constantFrom("_storage:photo", "_storage:gone", "x") }),
  toolCalls: hard(hardCall),
  partialToolCalls: hard(hardCall),
  sources: hard(hardSource),
  partialSources: hard(hardSource),
  sourceMetadata: hard({ ...entry, sourceId: fc.constantFrom("1", "2", "9") }),
});

/** Gives the objects of a list the fields that must differ from one to the next. */
const numbered = (shape: Shape, fieldsOf: (n: number) => Record<string, Value>): fc.Arbitrary<Value[]> =>
  fc.array(some(shape), { maxLength: 4 }).map((items) => items.map((item, n) => Object.assign({}, fieldsOf(n), item)));
const { id: _id, ...callRest } = call;

const cleanMessage: fc.Arbitrary<Fields> = fc
  .record({
    status: fc.constant("generating"),
    attachments: list(fc.record(attachment) as fc.Arbitrary<Value>),
    toolCalls: numbered(callRest, (n) => ({ id: `c${n}`, name: "n", arguments: "{}", timestamp: n })),
    partialToolCalls: numbered(callRest, (n) => ({ id: `p${n}`, name: "n", arguments: "{}", timestamp: n })),
    sources: numbered(source, (n) => ({ id: String(n + 1), url: `https://a.example/${n}` })),
    partialSources: numbered(source, (n) => ({ id: String(n + 10), url: `https://b.example/${n}` })),
    looked: numbered(entry, (n) => ({ sourceId: String(n + 1), domain: "a.example" })),
  })
  .map(({ looked, ...fields }) => ({ ...fields, sourceMetadata: looked.slice(0, fields.sources.length) }));

const model = loadModel();
const tableOf = (id: string): string => id.split(":")[0] ?? "";

describe.each<[string, Transform]>([
  ["attachments", attachments],
  ["tool calls", toolCalls],
  ["sources", sources],
])("rows of %s", (_name, transform) => {
  it("fit schema and limits, and have keys of their own", () => {
    fc.assert(
      fc.property(hardMessage, (fields) => {
        const { rows } = mapIn(messageWorld(fields), transform, "messages:m");
        for (const { table, value, refs } of rows) {
          const ids = Object.fromEntries(refs.map(({ column, table: entity }) => [column, `${entity}:e`]));
          const row = { ...value, ...ids };
          const { columns } = model.table(table);
          const validators = Object.fromEntries(columns.map(({ name, validator }) => [name, validator]));
          expect(validateDocument(row, validators, tableOf)).toBe(null);
          expect(checkDocumentLimits(doc(`${table}:r`, row) as Record<string, Value>)).toEqual([]);
        }
        const keys = rows.map(({ table, value }) =>
          JSON.stringify([table, ...model.table(table).naturalKey.map((column) => value[column])]),
        );
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 1000 },
    );
  });

  it("give a clean message back alone", () => {
    fc.assert(
      fc.property(cleanMessage, (fields) => {
        const world = messageWorld(fields);
        const message = world.messages?.[0] ?? doc("messages:none");
        const result = mapIn(world, transform, "messages:m");
        expect(result.entries.filter(({ code }) => code !== "text_not_representable")).toEqual([]);
        const entities = { sourceMetadata: metadataRows(result.mentions) };
        const rebuilt = transform.rebuild({ ...store(transform, message, result), entities });
        for (const field of transform.moves) {
          expect([field, sameFieldValue(field, message[field], rebuilt[field])]).toEqual([field, true]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** Rows of sourceMetadata by id, from entries of which no two are about one url. */
function metadataRows(mentions: readonly EntityMention[]): ReadonlyMap<string, SourceDocument> {
  const entries = mentions.filter(({ value }) => value.role === "entry");
  return new Map(
    entries.map(({ key, value: { error, fetchedAt, title, domain } }) => {
      const id = `sourceMetadata:${key}`;
      const columns = { enriched: error === undefined, enrichmentError: error, title, domain, enrichedAt: fetchedAt };
      return [id, doc(id, columns)];
    }),
  );
}
