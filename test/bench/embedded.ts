/** What the embedded deployment costs: writes and indexed reads through functions, and a million documents. `npm run bench:embedded` */
import { defineSchema, defineTable, internalMutationGeneric, internalQueryGeneric } from "convex/server";
import { v } from "convex/values";
import { Random } from "../../fixtures/generator/random.js";
import { EmbeddedDeployment } from "../../pipeline/embedded/embeddedDeployment.js";
import type { Document } from "../../pipeline/embedded/store/table.js";

const schema = defineSchema({
  messages: defineTable({ owner: v.string(), number: v.number(), text: v.string() }).index("by_owner", [
    "owner",
    "number",
  ]),
});
const text = "x".repeat(100);
const each = 10;

const functions = {
  insert: internalMutationGeneric(async ({ db }, { from, count }: { from: number; count: number }) => {
    for (let i = from; i < from + count; i++) {
      await db.insert("messages", { owner: `owner-${Math.floor(i / each)}`, number: i, text });
    }
  }),
  read: internalQueryGeneric(async ({ db }, { owners }: { owners: string[] }) => {
    let count = 0;
    for (const owner of owners) {
      const found = await db
        .query("messages")
        .withIndex("by_owner", (range) => range.eq("owner", owner))
        .collect();
      count += found.length;
    }
    return count;
  }),
};

async function deploy(): Promise<EmbeddedDeployment> {
  const random = new Random(1, 2, 3);
  const limits = { userMilliseconds: Number.POSITIVE_INFINITY };
  return await EmbeddedDeployment.create({ schema, modules: { functions }, random: () => random.next(), limits });
}

/** Seconds of the processor's time, since other work on the machine is none of ours. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

async function call(
  deployment: EmbeddedDeployment,
  kind: "query" | "mutation",
  name: string,
  args: object,
): Promise<void> {
  const result = await deployment.call(kind, `functions:${name}`, args as never, { admin: true });
  if (result.status !== "success") throw new Error(JSON.stringify(result));
}

function* documents(deployment: EmbeddedDeployment, count: number): Generator<Document> {
  const number = deployment.store.table("messages")?.number ?? 0;
  for (let i = 0; i < count; i++) {
    const [id, creationTime] = [deployment.newDocuments.id(number), deployment.newDocuments.creationTime()];
    const fields = { _creationTime: creationTime, _id: id, number: i, owner: `owner-${Math.floor(i / each)}`, text };
    yield { id, creationTime, json: JSON.stringify(fields), size: 230 };
  }
}

async function lookups(deployment: EmbeddedDeployment, owners: number): Promise<number> {
  const random = new Random(4, 5, 6);
  const rounds = 20;
  const some = () => Array.from({ length: 200 }, () => `owner-${random.below(owners)}`);
  await call(deployment, "query", "read", { owners: some() });
  const seconds = await timed(async () => {
    for (let round = 0; round < rounds; round++) await call(deployment, "query", "read", { owners: some() });
  });
  return Math.round((seconds * 1e6) / (rounds * 200));
}

async function measure(): Promise<Record<string, number>> {
  const written = await deploy();
  await call(written, "mutation", "insert", { from: 0, count: 1_000 });
  const inserts = 20_000;
  const insertSeconds = await timed(async () => {
    for (let from = 0; from < inserts; from += 1_000) await call(written, "mutation", "insert", { from, count: 1_000 });
  });

  const small = await deploy();
  const [smallTable] = small.store.userTables();
  if (smallTable !== undefined) small.store.load(smallTable, documents(small, 10_000));
  const atTenThousand = await lookups(small, 1_000);

  const large = await deploy();
  const [largeTable] = large.store.userTables();
  const loadSeconds = await timed(async () => {
    if (largeTable !== undefined) large.store.load(largeTable, documents(large, 1_000_000));
  });
  const indexSeconds = await timed(async () => await call(large, "query", "read", { owners: ["owner-1"] }));
  const atMillion = await lookups(large, 100_000);
  const memory = process.memoryUsage();
  return {
    insertsPerSecond: Math.round(inserts / insertSeconds),
    "microseconds per lookup of 10 documents, at 10,000": atTenThousand,
    "microseconds per lookup of 10 documents, at 1,000,000": atMillion,
    "seconds to load 1,000,000": loadSeconds,
    "seconds to build an index of 1,000,000": indexSeconds,
    "MiB of heap": Math.round(memory.heapUsed / 2 ** 20),
    "MiB outside": Math.round(large.store.bytes / 2 ** 20),
    "MiB resident": Math.round(memory.rss / 2 ** 20),
    "MiB resident at most": Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

console.log(await measure());
