/** The schema's check, in the backend's words (spec 9). */
import { expect, test } from "vitest";
import { encodeId } from "../../pipeline/convexFormat/ids.js";
import { deployed } from "./deployed.js";

const prefix = 'Failed to insert or update a document in table "items" because it does not match the schema: ';

/** What a write of these fields is refused for; null where it is not. */
async function refusal(fields: object): Promise<string | null> {
  const { run } = await deployed();
  const message = await run(({ db }) => db.insert("items", fields as never)).then(
    () => null,
    (error: Error) => error.message,
  );
  return message?.replace(/^.*\nUncaught Error: /, "").replace(prefix, "") ?? null;
}

test.each([
  [{}, "Object is missing the required field `number`."],
  [{ number: "1" }, "Value does not match validator."],
  [{ number: 1n }, "Value does not match validator."],
  [{ number: 1, big: 1 }, "Value does not match validator."],
  [{ number: 1, text: null }, "Value does not match validator."],
  [{ number: 1, choice: "c" }, "Value does not match validator."],
  [{ number: 1, more: 1 }, "Object contains extra field `more` that is not in the validator."],
  [{ number: 1, nested: { inner: 1, more: 1 } }, "Object contains extra field `more` that is not in the validator."],
  [{ number: 1, counts: { a: "1" } }, "Value does not match validator."],
  [{ number: 1, owner: "no id" }, "Value does not match validator."],
  [{ number: 1, text: "x".repeat(1_048_576) }, "Value is too large (1.00 MiB > maximum size 1 MiB)"],
  [{ number: 1, any: Array(8193).fill(0) }, "Array length is too long (8193 > maximum length 8192)"],
  [
    { number: 1, any: Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [`f${i}`, 0])) },
    "Object has too many fields (1025 > maximum number 1024)",
  ],
])("%#: a document that does not fit is refused", async (fields, reason) => {
  expect(await refusal(fields)).toMatch(reason);
});

test("what fits is taken, and an id of another table is named", async () => {
  const { run, deployment } = await deployed();
  const owner = await run(({ db }) => db.insert("owners", { name: "o" }));
  const gone = encodeId(deployment.store.table("owners")?.number ?? 0, new Uint8Array(16));
  for (const id of [owner, gone]) await run(({ db }) => db.insert("items", { number: 1, owner: id as typeof owner }));
  const item = await run(({ db }) => db.insert("items", { number: 1, big: 2n ** 62n, choice: "a", counts: { a: 1 } }));
  await expect(run(({ db }) => db.patch(item, { owner: item as never }))).rejects.toThrow(
    `Found ID "${item}" from table \`items\`, which does not match the table name in validator \`v.id("owners")\`.`,
  );
});

test("a patch and a replace are checked as a whole, and system fields may be named only as they are", async () => {
  const { run } = await deployed();
  const id = await run(({ db }) => db.insert("items", { number: 1, text: "t" }));
  await expect(run(({ db }) => db.patch(id, { number: undefined as never }))).rejects.toThrow(
    "missing the required field",
  );
  await expect(run(({ db }) => db.replace(id, { text: "t" } as never))).rejects.toThrow("missing the required field");
  await expect(run(({ db }) => db.patch(id, { _id: "other" } as never))).rejects.toThrow(
    "does not match the document ID",
  );
  const left = await run(async ({ db }) => {
    const document = await db.get(id);
    if (document !== null) await db.replace(id, document);
    await db.patch(id, { text: undefined });
    return await db.get(id);
  });
  expect(left).toMatchObject({ _id: id, number: 1 });
  expect(left).not.toHaveProperty("text");
});
