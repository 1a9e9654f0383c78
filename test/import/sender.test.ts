/** What becomes of batches whose calls fail, by kind and code; the deployment is a function of the test's. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { countInvalidItems } from "../../pipeline/batches/countInvalidItems.js";
import { Database } from "../../pipeline/db/database.js";
import { AdaptiveConcurrency } from "../../pipeline/import/adaptiveConcurrency.js";
import type { Batch, BatchKind } from "../../pipeline/import/batch.js";
import { Journal } from "../../pipeline/import/journal.js";
import { listInvalidItems } from "../../pipeline/import/listInvalidItems.js";
import { createPlanSql } from "../../pipeline/import/planTables.js";
import { Sender } from "../../pipeline/import/sender.js";
import { WriteBudget } from "../../pipeline/import/writeBudget.js";
import { CallFailure, type CallFailureKind } from "../../pipeline/remote/callFailure.js";

type Item = { readonly documentId: string };
interface Args {
  readonly migrationId: string;
  readonly batchId: string;
  /** Of corrections. */
  readonly id?: string;
  readonly parts?: readonly Item[];
  readonly entities?: readonly { readonly name: string }[];
}
type Answers = (args: Args, name: string) => unknown;

const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

/** Parts `phase/0` … with an entity each, and one that all share. */
function lineOf(items: number, phase: string): string {
  const numbers = Array.from({ length: items }, (_, at) => at);
  const head = { costs: numbers.map(() => [2, 100, 10, 20, 50]), needs: numbers.map((at) => [0, at + 1]) };
  const parts = numbers.map((at) => ({ table: "messages", documentId: `${phase}/${at}`, part: "p" }));
  const entities = ["shared", ...numbers.map((at) => `own ${at}`)].map((name) => ({ name }));
  return `${JSON.stringify(head)}\t${JSON.stringify({ entities, parts, corrections: [] })}`;
}

function aBatch(number: number, fields: Partial<Batch> = {}): Batch {
  const { items = 8, phase = "phase-1", kind = "parts" as BatchKind } = fields;
  const costs = {
    rows: 2 * items,
    argumentBytes: 100 * items,
    bytesRead: 10,
    bytesWritten: 20,
    writeBytes: 50 * items + 7,
  };
  const place = { origin: number, first: 0, items, lineOffset: number, lineBytes: 0, attempts: 0 };
  return { number, batchId: `${kind}-${number}`, phase, epoch: 1, kind, ...costs, ...place, ...fields };
}

const everything = (args: Args) => ({ outcomes: (args.parts ?? []).map(() => "inserted"), faults: [], rest: null });

function fails(kind: CallFailureKind, code: string | null = null): never {
  throw new CallFailure(kind, { path: "unnest:importParts", code });
}

async function sent(batches: readonly Batch[], answers: Answers, concurrency = 1) {
  const folder = await mkdtemp(join(tmpdir(), "unnest-sender-"));
  const database = await Database.open(":memory:", { threads: 1, memoryLimit: 2 ** 28, spillDirectory: folder });
  closes.push(async () => {
    database.close();
    await rm(folder, { recursive: true });
  });
  await database.run(createPlanSql());
  const plan = new Journal(database, 0);
  plan.set({ number: -1 }, { state: "split" }, batches);
  await plan.flush();
  await database.run(
    `INSERT INTO import.items SELECT number, item, 'p', 'messages', phase || '/' || item FROM import.batches, range(items) AS items(item)`,
  );
  const journal = new Journal(database, 100);
  const clock = { now: () => 0, sleep: async () => await nextTurn() };
  const calls: { readonly name: string; readonly args: Args }[] = [];
  const notes: string[] = [];
  const sender = new Sender(
    {
      remote: {
        name: "test-1",
        mutation: async (name, args, shape) => {
          calls.push({ name, args: args as Args });
          return shape.parse(await answers(args as Args, name));
        },
      },
      lines: { line: async ({ lineOffset }) => lineOf(8, batches[lineOffset]?.phase ?? "") },
      journal,
      budget: new WriteBudget(null, clock),
      concurrency: new AdaptiveConcurrency(concurrency),
      bounds: { argumentBytes: 800, writeBytes: Number.POSITIVE_INFINITY },
      clock,
      random: () => 0.5,
      attempts: 4,
      signal: new AbortController().signal,
      onAnswer: () => {},
      onNote: (text) => notes.push(text),
    },
    batches,
  );
  await sender.run();
  return { ...sender, tally: sender.tally, stopped: sender.stopped, ended: sender.ended, calls, notes, database };
}

/** Ids of the parts that were answered, in the order sent. */
function documents(calls: readonly { readonly args: Args }[]): readonly string[] {
  return calls.flatMap(({ args }) => (args.parts ?? []).map(({ documentId }) => documentId));
}

const eight = Array.from({ length: 8 }, (_, at) => `phase-1/${at}`);

describe("a batch", () => {
  it("that fails without data is divided down to the part that fails; the rest goes on", async () => {
    const answered: string[] = [];
    const { tally, stopped } = await sent([aBatch(0), aBatch(1, { phase: "phase-2" })], (args) => {
      const ids = (args.parts ?? []).map(({ documentId }) => documentId);
      if (ids.includes("phase-1/5")) fails("failed");
      answered.push(...ids);
      return everything(args);
    });
    expect(stopped).toBeNull();
    expect(tally.failed).toMatchObject([
      { code: "failed", items: 1, document: { table: "messages", documentId: "phase-1/5" } },
    ]);
    expect(answered.filter((id) => id.startsWith("phase-1")).sort()).toEqual(eight.filter((id) => id !== "phase-1/5"));
    expect(answered.filter((id) => id.startsWith("phase-2"))).toHaveLength(8);
  });

  it("that was too much makes the next ones smaller", async () => {
    const sizes: number[] = [];
    await sent([aBatch(0), aBatch(1), aBatch(2)], (args) => {
      sizes.push(args.parts?.length ?? 0);
      return (args.parts?.length ?? 0) > 4 ? fails("failed") : everything(args);
    });
    expect(sizes).toEqual([8, 4, 4, 4, 4, 4, 4]);
  });

  it("that loses twice to other writes is divided", async () => {
    const { calls, tally } = await sent([aBatch(0)], (args) =>
      (args.parts?.length ?? 0) > 4 ? fails("conflict", "OptimisticConcurrencyControlFailure") : everything(args),
    );
    expect(calls.map(({ args }) => args.parts?.length)).toEqual([8, 8, 4, 4]);
    expect(tally).toMatchObject({ splits: 1, retries: 1 });
  });

  it("that is divided sends with each half the entities it needs, and no others", async () => {
    const { calls } = await sent([aBatch(0)], (args) =>
      (args.parts?.length ?? 0) > 4 ? fails("failed") : everything(args),
    );
    expect(calls.slice(1).map(({ args }) => args.entities?.map(({ name }) => name))).toEqual([
      ["shared", "own 0", "own 1", "own 2", "own 3"],
      ["shared", "own 4", "own 5", "own 6", "own 7"],
    ]);
  });

  it("that the deployment closes early goes on under the id it gives", async () => {
    const { calls, tally } = await sent([aBatch(0)], (args) => {
      if (args.batchId.endsWith(".1")) return everything(args);
      return {
        outcomes: ["inserted", "resynced", "unchanged"],
        faults: [],
        rest: { batchId: `${args.batchId}.1`, from: 3 },
      };
    });
    expect(calls.map(({ args }) => args.batchId)).toEqual(["parts-0", "parts-0.1"]);
    expect(documents(calls.slice(1))).toEqual(eight.slice(3));
    // Each part counts once; what a batch takes besides, with each of the two.
    expect(tally).toMatchObject({ done: 2, items: 8, argumentBytes: 800, writeBytes: 50 * 8 + 2 * 7 });
  });

  it.each(["lost", "overloaded"] as const)(
    "that is %s is sent again, the same, and takes concurrency back",
    async (kind) => {
      let times = 0;
      const { calls, tally } = await sent([aBatch(0)], (args) => (times++ < 2 ? fails(kind) : everything(args)), 4);
      expect(new Set(calls.map(({ args }) => JSON.stringify(args))).size).toBe(1);
      expect(tally).toMatchObject({ calls: 3, retries: 2, done: 1 });
    },
  );

  it("whose parts are invalid is done; the parts are named", async () => {
    const { tally, notes, database } = await sent([aBatch(0)], (args) => ({
      outcomes: (args.parts ?? []).map((_, at) => (at === 2 ? "invalid" : "inserted")),
      faults: [
        { list: "parts", at: 2, code: "invalid_row", table: "toolCalls", column: "args" },
        { list: "entities", at: 1, code: "invalid_row", table: "tags" },
      ],
      rest: null,
    }));
    expect(await countInvalidItems(database)).toBe(1);
    expect(await countInvalidItems(database, "phase-2")).toBe(0);
    expect(await listInvalidItems(database)).toEqual([
      { phase: "phase-1", batchId: "parts-0", document: null, code: "invalid_row", table: "tags", column: null },
      {
        phase: "phase-1",
        batchId: "parts-0",
        document: { table: "messages", documentId: "phase-1/2" },
        code: "invalid_row",
        table: "toolCalls",
        column: "args",
      },
    ]);
    expect(tally).toMatchObject({ done: 1, rows: 14 });
    expect(notes).toHaveLength(2);
  });

  it("whose parts are invalid names them by the line too when it was divided", async () => {
    const { database } = await sent([aBatch(0)], (args) => {
      const ids = (args.parts ?? []).map(({ documentId }) => documentId);
      if (ids.length > 4) fails("failed");
      const at = ids.indexOf("phase-1/6");
      if (at < 0) return everything(args);
      const outcomes = ids.map((_, place) => (place === at ? "invalid" : "inserted"));
      return { outcomes, faults: [{ list: "parts", at, code: "invalid_row", table: "toolCalls" }], rest: null };
    });
    expect(await listInvalidItems(database)).toMatchObject([{ document: { documentId: "phase-1/6" } }]);
    expect(await countInvalidItems(database, "phase-1")).toBe(1);
  });

  it("that is answered for fewer parts than it has counts as unanswered", async () => {
    const { tally } = await sent([aBatch(0)], () => ({ outcomes: ["inserted"], faults: [], rest: null }));
    expect(tally.failed).toMatchObject([{ code: "malformed", items: 8 }]);
  });

  it("of another content under its id is given up", async () => {
    const { tally } = await sent([aBatch(0)], () => fails("refused", "batch_changed"));
    expect(tally.failed).toMatchObject([{ code: "batch_changed" }]);
  });
});

describe("an import", () => {
  it.each(["epoch_ended", "phase_off"])("ends with %s for that phase alone", async (code) => {
    const { ended, tally, calls } = await sent([aBatch(0), aBatch(1), aBatch(2, { phase: "phase-2" })], (args) =>
      args.migrationId === "phase-1" ? fails("refused", code) : everything(args),
    );
    expect([...ended]).toEqual([["phase-1", code]]);
    expect(tally.done).toBe(1);
    expect(calls).toHaveLength(2);
  });

  it("stops at once when the key is refused", async () => {
    const { stopped, calls } = await sent([aBatch(0), aBatch(1)], () => fails("denied"));
    expect(stopped?.error).toMatchObject({ code: "DEPLOYMENT_DENIED" });
    expect(calls).toHaveLength(1);
  });

  it.each([
    ["lost", "DEPLOYMENT_UNREACHABLE"],
    ["overloaded", "DEPLOYMENT_BUSY"],
  ] as const)("stops when one batch after another is %s", async (kind, code) => {
    const batches = Array.from({ length: 20 }, (_, at) => aBatch(at));
    const { stopped, calls, tally } = await sent(batches, () => fails(kind));
    expect(stopped?.error).toMatchObject({ code });
    expect(new Set(calls.map(({ args }) => args.batchId)).size).toBe(4);
    expect(calls).toHaveLength(16);
    expect(tally.failed).toEqual([]);
  });

  it.each(["lost", "overloaded", "conflict"] as const)(
    "goes on past a part whose calls are always %s, wherever it stands",
    async (kind) => {
      for (const concurrency of [1, 3])
        for (const batches of [[aBatch(0)], [aBatch(0), aBatch(1, { phase: "phase-2" })]])
          for (const bad of eight) {
            const answered: string[] = [];
            const answer = (args: Args): unknown => {
              const ids = (args.parts ?? []).map(({ documentId }) => documentId);
              if (ids.includes(bad)) fails(kind);
              answered.push(...ids);
              return everything(args);
            };
            const { tally, stopped } = await sent(batches, answer, concurrency);
            expect(stopped).toBeNull();
            expect(tally.failed).toMatchObject([{ code: kind, items: 1, document: { documentId: bad } }]);
            expect(answered).toHaveLength(8 * batches.length - 1);
            expect(answered).not.toContain(bad);
          }
    },
  );

  it.each(["lost", "conflict"] as const)("goes on past corrections whose calls are always %s", async (kind) => {
    const batches = Array.from({ length: 3 }, (_, at) => aBatch(at, { kind: "corrections" }));
    const { tally, stopped } = await sent(batches, ({ id }) => (id === "corrections-0" ? fails(kind) : { touches: 8 }));
    expect(stopped).toBeNull();
    expect(tally.failed).toMatchObject([{ batchId: "corrections-0", code: kind }]);
    expect(tally.touches).toBe(16);
  });

  it("stops when one batch after another fails", async () => {
    const batches = Array.from({ length: 20 }, (_, at) => aBatch(at));
    const { stopped, tally } = await sent(batches, () => fails("failed"));
    expect(stopped?.error).toMatchObject({ code: "IMPORT_FAILING" });
    expect(tally.failed).toHaveLength(8);
  });
});

describe("corrections", () => {
  const corrections = { kind: "corrections" as const, items: 8 };

  it("of one phase go one after another, and are never divided", async () => {
    const batches = Array.from({ length: 6 }, (_, at) =>
      aBatch(at, { ...corrections, phase: `phase-${1 + (at % 2)}` }),
    );
    const underWay = new Set<string>();
    const { calls, tally } = await sent(
      batches,
      async ({ migrationId }) => {
        expect(underWay).not.toContain(migrationId);
        underWay.add(migrationId);
        await nextTurn();
        underWay.delete(migrationId);
        return { touches: 8 };
      },
      4,
    );
    expect(calls).toHaveLength(6);
    expect(tally.touches).toBe(48);
  });

  it("that a newer snapshot has superseded are through", async () => {
    const { tally } = await sent([aBatch(0, corrections)], () => fails("refused", "superseded"));
    expect(tally).toMatchObject({ superseded: 1, done: 1, failed: [] });
  });

  it("that fail are given up", async () => {
    const { tally } = await sent([aBatch(0, corrections)], () => fails("failed"));
    expect(tally.failed).toMatchObject([{ kind: "corrections", items: 8 }]);
  });
});
