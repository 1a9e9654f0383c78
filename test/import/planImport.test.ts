import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../pipeline/db/database.js";
import { type Batch, costFields } from "../../pipeline/import/batch.js";
import { type Contents, readContents } from "../../pipeline/import/contents.js";
import { openLines } from "../../pipeline/import/lineFile.js";
import { planImport } from "../../pipeline/import/planImport.js";
import { openBatches } from "../../pipeline/import/planTables.js";
import { halvesOf } from "../../pipeline/import/slices.js";
import { type BatchBounds, mostUsage } from "../../pipeline/import/usage.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { withRun } from "../../pipeline/run/openRun.js";
import { silentProgress } from "../../pipeline/run/progress.js";
import { traceDocument } from "../../pipeline/trace/traceDocument.js";
import { canonicalEncoding, type Value } from "../../transforms/index.js";
import { aMigratingWorld, importInto, type MigratingWorld } from "./migratingWorld.js";

let world: MigratingWorld;
beforeAll(async () => {
  world = await aMigratingWorld(150);
});
afterAll(() => world.remove());

const wide: BatchBounds = { argumentBytes: 1 << 20, writeBytes: Number.POSITIVE_INFINITY };

interface Planned {
  readonly batches: readonly Batch[];
  readonly contents: readonly Contents[];
  readonly leftOut: number;
  readonly database: Database;
}

async function planned<T>(run: string, bounds: BatchBounds, work: (plan: Planned) => Promise<T> | T): Promise<T> {
  const resources = { threads: 1, memoryLimit: 2 ** 28 };
  const needs = { root: run, stage: "package", scratch: true, writes: true, ...resources };
  return await withRun(needs, async ({ paths, database, record }) => {
    const options = { snapshot: record.snapshot.name, strict: false, with: record.options.with, ...resources };
    const { signal } = new AbortController();
    const context = { paths, database, options, model: loadModel(), progress: silentProgress, signal };
    const { leftOut } = await planImport(context, "backfill", bounds);
    const batches = await openBatches(database);
    const lines = await openLines(paths.batches);
    const contents = [];
    for (const batch of batches) contents.push(await readContents(lines, batch));
    await lines.close();
    return await work({ batches, contents, leftOut, database });
  });
}

it("is made again for batches of another size until something of it was sent", async () => {
  const run = await world.copyRun();
  const narrow = { ...wide, argumentBytes: 16 << 10 };
  const many = await planned(run, narrow, ({ batches }) => batches.length);
  const few = await planned(run, wide, async ({ batches, database }) => {
    await database.run("UPDATE import.batches SET state = 'sent' WHERE number = 0");
    return batches.length;
  });
  expect(few).toBeLessThan(many);
  expect(await planned(run, narrow, ({ batches }) => batches.length)).toBe(few);
});

type Part = { readonly documentId: string; readonly part: string; readonly rows: readonly Row[] };
type Row = {
  readonly table: string;
  readonly value: Readonly<Record<string, Value>>;
  readonly refs: readonly Reference[];
};
type Reference = { readonly table: string; readonly key: readonly Value[] };

const partsOf = ({ members }: Contents): readonly Part[] => (members.parts ?? []) as unknown as readonly Part[];
const entitiesOf = ({ members }: Contents): readonly Row[] => (members.entities ?? []) as unknown as readonly Row[];

describe("a plan", () => {
  it("holds every part that has rows once, and their rows are the run's", async () => {
    await planned(await world.copyRun(), wide, async ({ contents, database }) => {
      const parts = contents.flatMap(partsOf);
      expect(new Set(parts.map(({ documentId, part }) => `${part} ${documentId}`)).size).toBe(parts.length);
      for (const table of [
        "toolCalls",
        "attachments",
        "sources",
        "bookmarkTags",
        "userPreferences",
        "projectConversations",
      ]) {
        const rows = parts.flatMap((part) => part.rows).filter((row) => row.table === table);
        expect(rows.length, table).toBe(await database.count(`SELECT count(*) FROM normal."${table}"`));
      }
    });
  });

  it("made again is the same, byte for byte", async () => {
    const digest = async (run: string) => {
      const ids = await planned(run, wide, ({ batches }) => batches.map(({ batchId }) => batchId));
      return [
        ids,
        createHash("sha256")
          .update(await readFile(join(run, "batches.tsv")))
          .digest("hex"),
      ];
    };
    expect(await digest(await world.copyRun())).toEqual(await digest(await world.copyRun()));
  });

  it("is kept while it is whole, and made again when what it sends is gone", async () => {
    const run = await world.copyRun();
    const ids = ({ batches }: Planned) => batches.map(({ batchId }) => batchId);
    const first = await planned(run, wide, ids);
    const changed = await planned(run, wide, async (plan) => {
      await plan.database.run("UPDATE import.batches SET attempts = 7");
      return ids(plan);
    });
    expect(changed).toEqual(first);
    const attempts = ({ batches }: Planned) => batches.every((batch) => batch.attempts === 7);
    expect(await planned(run, wide, attempts)).toBe(true);
    await rm(join(run, "batches.tsv"));
    expect(await planned(run, wide, attempts)).toBe(false);
  });

  it.each([16_384, 65_536, 1 << 20])(
    "keeps batches of several items within %i bytes of arguments",
    async (argumentBytes) => {
      const most = mostUsage({ ...wide, argumentBytes });
      await planned(await world.copyRun(), { ...wide, argumentBytes }, ({ batches, contents }) => {
        for (const [at, batch] of batches.entries()) {
          if (batch.items === 1 || batch.kind === "corrections") continue;
          const sent = Buffer.byteLength(canonicalEncoding((contents[at]?.members ?? {}) as Value));
          // Brackets and names of members beside the items.
          expect(sent).toBeLessThan(argumentBytes + 1_000 + 2 * batch.items);
          expect(batch.bytesRead).toBeLessThanOrEqual(most.bytesRead);
          expect(batch.bytesWritten).toBeLessThanOrEqual(most.bytesWritten);
        }
      });
    },
  );

  it("keeps batches of several items within their share of the write budget", async () => {
    const writeBytes = 20_000;
    await planned(await world.copyRun(), { ...wide, writeBytes }, ({ batches }) => {
      const several = batches.filter(({ items, kind }) => items > 1 && kind === "parts");
      expect(several.length).toBeGreaterThan(5);
      for (const batch of several) expect(batch.writeBytes).toBeLessThanOrEqual(writeBytes);
    });
  });

  it("sends a part that is too large for any batch by its name", async () => {
    await planned(await world.copyRun(), { ...wide, argumentBytes: 700 }, ({ batches, contents }) => {
      const named = batches.flatMap(({ kind }, at) => (kind === "names" ? partsOf(contents[at] as Contents) : []));
      expect(named.length).toBeGreaterThan(5);
      expect(named.every((part) => part.rows === undefined)).toBe(true);
      const whole = batches.flatMap(({ kind }, at) => (kind === "parts" ? partsOf(contents[at] as Contents) : []));
      expect(new Set([...named, ...whole].map(({ documentId, part }) => `${part} ${documentId}`)).size).toBe(
        named.length + whole.length,
      );
    });
  });

  it("gives every batch, and every half of one, the entities its rows refer to, parents first", async () => {
    await planned(await world.copyRun(), { ...wide, argumentBytes: 16_384 }, ({ batches, contents }) => {
      let checked = 0;
      for (const [at, batch] of batches.entries()) {
        const whole = contents[at] as Contents;
        if (batch.kind !== "parts") continue;
        const known = new Set<string>();
        for (const { table, value, refs } of entitiesOf(whole)) {
          for (const ref of refs) expect(known).toContain(JSON.stringify([ref.table, ...ref.key]));
          const key = loadModel()
            .table(table)
            .naturalKey.map((column) => value[column] ?? null);
          known.add(JSON.stringify([table, ...key]));
        }
        for (const ref of partsOf(whole).flatMap(({ rows }) => rows.flatMap(({ refs }) => refs))) {
          checked += 1;
          expect(known).toContain(JSON.stringify([ref.table, ...ref.key]));
        }
      }
      expect(checked).toBeGreaterThan(50);
    });
  });

  it("counts halves as it counts the whole", async () => {
    await planned(await world.copyRun(), wide, ({ batches, contents }) => {
      for (const [at, batch] of batches.entries()) {
        if (batch.items < 2 || batch.kind === "corrections") continue;
        const halves = halvesOf(batch, contents[at] as Contents);
        expect(halves.reduce((sum, { items }) => sum + items, 0)).toBe(batch.items);
        expect(new Set([batch.batchId, ...halves.map(({ batchId }) => batchId)]).size).toBe(3);
        for (const field of costFields) {
          const sum = halves.reduce((total, half) => total + half[field], 0);
          // Each half pays once for what every batch costs.
          expect(sum - batch[field]).toBeGreaterThanOrEqual(0);
          expect(sum - batch[field]).toBeLessThan(3_000);
        }
      }
    });
  });

  it("leaves out what dual-write has brought already", async () => {
    const later = await aMigratingWorld(150, async (other) => {
      await importInto(other, await world.copyRun(), { args: ["--write-budget", "none", "--phase", "1"] });
    });
    try {
      const all = await planned(await world.copyRun(), wide, ({ contents }) => contents.flatMap(partsOf));
      const ofPhase1 = all.filter(({ part }) => part === "message/toolCalls" || part === "message/attachments");
      await planned(await later.copyRun(), wide, ({ contents, leftOut }) => {
        expect(leftOut).toBe(ofPhase1.length);
        expect(contents.flatMap(partsOf)).toHaveLength(all.length - ofPhase1.length);
      });
    } finally {
      await later.remove();
    }
  });

  it("tells of a document which batch it is in, and what was answered", async () => {
    const run = await world.copyRun();
    const id = await planned(
      run,
      wide,
      ({ contents }) => contents.flatMap(partsOf).find(({ part }) => part === "message/toolCalls")?.documentId,
    );
    const trace = async () =>
      await withRun(
        { root: run, stage: "load", scratch: false, threads: 1, memoryLimit: 2 ** 28 },
        async ({ database }) =>
          (await traceDocument(database, loadModel(), String(id))).batches.find(
            ({ part }) => part === "message/toolCalls",
          ),
      );
    expect(await trace()).toMatchObject({ phase: "phase-1", state: "planned", outcome: null });
    await importInto(await world.restored(), run, { args: ["--write-budget", "none"] });
    expect(await trace()).toMatchObject({
      phase: "phase-1",
      state: "done",
      outcome: "inserted",
      reason: null,
      attempts: 1,
    });
  });
});
