/** The pure rule of what a message counts for, against the set rule that counts a snapshot's messages. */
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { Value } from "convex/values";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { messageShare, messageShareFields } from "../../../convex/aggregates/messageShare.js";
import { usageKey } from "../../../convex/aggregates/usageKey.js";
import { addDeltas, type Delta } from "../../../convex/touches/delta.js";
import { Database } from "../../../pipeline/db/database.js";
import { literal } from "../../../pipeline/db/quote.js";

type Message = Readonly<Record<string, Value | undefined>>;

const conversations = [
  { _id: "c1", createdAt: 10 },
  { _id: "c2", createdAt: 20 },
];

const tokens = fc.constantFrom<Value | undefined>(
  ...[undefined, 0, -0, 1, 7, 1e9, 1e9 + 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 3n, "4"],
);
const message: fc.Arbitrary<Message> = fc.record({
  conversationId: fc.constantFrom("c1", "c2", "gone"),
  model: fc.constantFrom<Value | undefined>(undefined, "", "openai:gpt-4o", "a model/with spaces", 5),
  status: fc.constantFrom("complete", "complete", "complete", "generating", "error"),
  inputTokens: tokens,
  outputTokens: tokens,
  reasoningTokens: tokens,
  updatedAt: fc.constantFrom<Value | undefined>(undefined, 3, 7.5, Number.NaN),
});

let database: Database;
let setRule: string;

beforeAll(async () => {
  setRule = await readFile(
    fileURLToPath(new URL("../../../sql/model/conversationTokenUsage.sql", import.meta.url)),
    "utf8",
  );
  database = await Database.open(":memory:", { threads: 1, memoryLimit: 2 ** 28, spillDirectory: tmpdir() });
  await database.run("CREATE SCHEMA raw");
});

afterAll(() => database.close());

const columns = {
  conversationId: "VARCHAR",
  model: "VARCHAR",
  status: "VARCHAR",
  inputTokens: "DOUBLE",
  outputTokens: "DOUBLE",
  reasoningTokens: "DOUBLE",
  updatedAt: "DOUBLE",
} as const;

/** As load puts a value into a raw column: one of another type is set apart, and the column is null. */
function rawValue(value: Value | undefined, type: "VARCHAR" | "DOUBLE"): string {
  const fits = typeof value === (type === "VARCHAR" ? "string" : "number");
  return fits ? `CAST(${literal(String(value))} AS ${type})` : `CAST(NULL AS ${type})`;
}

async function sumsBySql(messages: readonly Message[]): Promise<unknown[]> {
  const values = messages.map(
    (fields) =>
      `(${Object.entries(columns)
        .map(([name, type]) => rawValue(fields[name], type))
        .join(", ")})`,
  );
  await database.run(`
    CREATE OR REPLACE TABLE raw.messages (${Object.entries(columns)
      .map(([name, type]) => `${name} ${type}`)
      .join(", ")});
    INSERT INTO raw.messages VALUES ${values.join(", ")};
    CREATE OR REPLACE TABLE raw.conversations AS SELECT * FROM (VALUES ${conversations
      .map(({ _id, createdAt }) => `('${_id}', 1.0::DOUBLE, ${createdAt}::DOUBLE)`)
      .join(", ")}) AS c(_id, _creationTime, createdAt)`);
  const numbers = ["totalTokens", "inputTokens", "outputTokens", "reasoningTokens", "messageCount", "lastUpdatedAt"];
  return await database.rows(
    `SELECT conversationId, model, ${numbers.map((name) => `CAST(${name} AS DOUBLE) AS ${name}`).join(", ")}
     FROM (${setRule}) ORDER BY conversationId, model`,
  );
}

function sumsByShares(messages: readonly Message[]): unknown[] {
  const sums = new Map<string, { conversationId: string; model: string; sum: Delta }>();
  for (const fields of messages) {
    const share = messageShare(fields);
    if (share === null) continue;
    const { conversationId, model, delta } = share;
    const key = usageKey(conversationId, model);
    sums.set(key, { conversationId, model, sum: addDeltas(sums.get(key)?.sum ?? {}, delta) });
  }
  return [...sums]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, { conversationId, model, sum }]) =>
      conversations
        .filter(({ _id }) => _id === conversationId)
        .map(({ createdAt }) => ({
          conversationId,
          model,
          ...sum,
          reasoningTokens: sum.reasoningTokens === 0 ? null : sum.reasoningTokens,
          lastUpdatedAt: sum.lastUpdatedAt ?? createdAt,
        })),
    );
}

test("shares add up to what the set rule counts", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 12 }), async (messages) => {
      expect(sumsByShares(messages)).toEqual(await sumsBySql(messages));
    }),
    { numRuns: 150 },
  );
});

test("a share depends on the fields it names, and on no other", () => {
  const read = new Set<string>();
  const message: Message = { conversationId: "c1", model: "m", status: "complete", updatedAt: 3 };
  const watched = new Proxy(message, {
    get(target, field) {
      read.add(String(field));
      return target[String(field)];
    },
  });
  messageShare(watched);
  expect([...read].sort()).toEqual([...messageShareFields].sort());
});
