/** A sample passes the schema that its source passes, and a document that is refused is refused for the same reason. */
import { join } from "node:path";
import { type GenericValidator, type Value, v } from "convex/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeTable } from "../../convex/schema/describeTable.js";
import { oneOf } from "../../convex/schema/oneOf.js";
import { textKinds } from "../../convex/schema/textKinds.js";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import { tableNumbers } from "../../fixtures/generator/tableNumbers.js";
import { decodeId, mintId } from "../../pipeline/convexFormat/ids.js";
import { deriveModel } from "../../pipeline/model/deriveModel.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import type { Model } from "../../pipeline/model/types.js";
import { type IdTable, validateDocument } from "../../pipeline/model/validateValue.js";
import {
  type Alternatives,
  alternativesOf,
  elementOf,
  isLiteral,
  memberOf,
} from "../../pipeline/sample/alternatives.js";
import { DocumentRewriter } from "../../pipeline/sample/documentRewriter.js";
import { type Documents, documentsIn, folderOfTests, type Row, textsIn, unnest } from "./sampled.js";

const idTable: IdTable = (text) => {
  const number = decodeId(text)?.tableNumber;
  return Object.entries(tableNumbers).find(([, of]) => of === number)?.[0] ?? null;
};

const model = loadModel();

/** Why documents are refused, with their tables; empty where all pass. */
function refusals(documents: Documents): string[] {
  return [...documents]
    .flatMap(([name, rows]) => (name === "_storage" ? [] : rows.flatMap((row) => refusalOf(model, name, row) ?? [])))
    .sort();
}

function refusalOf(of: Model, name: string, row: Row): string | null {
  const fields = Object.fromEntries(of.table(name).columns.map((column) => [column.name, column.validator]));
  const reason = validateDocument(row, fields, idTable);
  return reason && `${name}: ${reason}`;
}

/** What the schema says of a field, by its path as in `textKinds`. */
function declaredAt(table: string, path: string): Alternatives {
  const [first = "", ...rest] = path.replaceAll("[]", ".[]").split(".");
  const field = model.table(table).columns.find(({ name }) => name === first);
  return rest.reduce<Alternatives>(
    (is, step) => (step === "[]" ? elementOf(is) : memberOf(is, step)),
    alternativesOf(field?.validator),
  );
}

/** How often each text of an enumeration stands at each place. */
function enumerated(documents: Documents): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [table, rows] of documents)
    for (const { path, text } of table === "_storage" ? [] : rows.flatMap((row) => [...textsIn(row)])) {
      const place = `${table}.${path}`;
      if (isLiteral(declaredAt(table, path), text)) counts[`${place} ${text}`] = (counts[`${place} ${text}`] ?? 0) + 1;
    }
  return counts;
}

const ways = [[], ["--anonymize"], ["--anonymize", "--remint"]];

describe.each(ways.map((flags) => [flags]))("a sample made with %j", (flags) => {
  // The first holds a preference that the old schema does not list, the second nothing that is refused.
  test.each([
    [1, 1],
    [2, 0],
  ])("of the generated snapshot %i passes the old schema where its source does", async (seed, refused) => {
    const folder = await folderOfTests();
    const [snapshot, path] = [join(folder, "snapshot.zip"), join(folder, "sample.zip")];
    await generateSnapshot({ messages: 120, seed, embeddings: false, meanBytes: 1500, path: snapshot });
    const source = await documentsIn(snapshot);
    expect(refusals(source)).toHaveLength(refused);
    await unnest("sample", snapshot, "--users", "1000", "--out", path, "--quiet", ...flags);
    const sample = await documentsIn(path);
    expect(sample.get("messages")?.length).toBe(source.get("messages")?.length);
    expect(refusals(sample)).toEqual(refusals(source));
    const words = enumerated(sample);
    expect(words).toEqual(enumerated(source));
    expect(Object.keys(words).map((place) => place.split(" ")[0])).toEqual(expect.arrayContaining(looked));
  });
});

/** Places of enumerations, in moved fields and others, that both snapshots fill. */
const looked = [
  "messages.role",
  "messages.attachments[].type",
  "users.preferences.theme",
  "users.preferences.chatWidth",
  "users.preferences.customInstructions.baseStyleAndTone",
  "scheduledPrompts.schedule.type",
];

test("what the model calls public besides is a declared place that holds neither ids nor an enumeration", () => {
  const wrong = Object.entries(textKinds).flatMap(([table, kinds]) =>
    Object.keys(table === "_storage" ? {} : kinds).flatMap((path) => {
      const is = declaredAt(table, path);
      const isOpen = is.some(({ kind }) => kind !== "literal" && kind !== "id");
      return isOpen ? [] : [`${table}.${path}`];
    }),
  );
  // The old schema lets an attachment's metadata have any shape.
  expect(wrong).toEqual(["messages.attachments[].metadata.model"]);
});

interface Example {
  readonly is: GenericValidator;
  readonly value: Value;
}

const userId = mintId(tableNumbers.users ?? 0, "users", ["law"], 0);
const word = fc.constantFrom("alpha", "Beta 2", "https://gamma.example/x");
const leaf = fc.oneof<fc.Arbitrary<Example>[]>(
  fc.string({ maxLength: 8 }).map((value) => ({ is: v.string(), value })),
  word.map((value) => ({ is: v.literal(value), value })),
  word.map((value) => ({ is: oneOf("alpha", "Beta 2", "https://gamma.example/x"), value })),
  fc.constant({ is: v.id("users"), value: userId }),
  fc.constant<Example>({ is: v.any(), value: { key: ["x"] } }),
);

/** A validator of some depth with a value that passes it. */
const example = fc.letrec<{ any: Example }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthIdentifier: "example" },
    leaf,
    tie("any").map(({ is, value }) => ({ is: v.array(is), value: [value] })),
    tie("any").map(({ is, value }) => ({ is: v.object({ field: is }), value: { field: value } })),
    tie("any").map(({ is, value }) => ({ is: v.record(v.string(), is), value: { name: value } })),
    // Another member of the same kind stands before it.
    tie("any").map(({ is, value }) => ({ is: v.union(v.object({ other: v.number() }), v.array(v.null()), is), value })),
  ),
})).any;

test("a document passes any schema after its texts are replaced if it passed before", () => {
  fc.assert(
    fc.property(example, fc.boolean(), fc.boolean(), ({ is, value }, anonymize, remint) => {
      const existing = { things: describeTable({ fields: { field: is } }) };
      const things = deriveModel({ existing, normalized: {}, state: {} });
      const rewriter = new DocumentRewriter(things, new Set(Object.values(tableNumbers)), {
        ...{ anonymize, remint },
        key: Buffer.alloc(32, 7),
      });
      expect(refusalOf(things, "things", { field: value })).toBe(null);
      expect(refusalOf(things, "things", rewriter.rewrite("things", { field: value }))).toBe(null);
    }),
    { numRuns: 500 },
  );
});
