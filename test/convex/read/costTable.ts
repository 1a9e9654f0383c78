/** What the optimized functions and the ones before them read, in one engine, as figures and as the table in convex/README.md. */
import type { MutationCtx, QueryCtx } from "../../../convex/runtime.js";
import { type CostCase, costCases } from "./costCases.js";
import type { CostWorld } from "./costWorld.js";

export interface Cost {
  readonly documents: number;
  readonly bytes: number;
  /** Index intervals; `convex-test` counts each, Convex a repeated one once. */
  readonly intervals: number;
}

export interface Measured {
  readonly costCase: CostCase;
  readonly size: number;
  readonly before: Cost;
  readonly now: Cost;
}

/** Measures every case in its two worlds, the smaller one first. Takes some ten seconds. */
export async function measureCosts(cases: readonly CostCase[] = costCases): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (const costCase of cases) {
    for (const size of costCase.sizes) {
      const before = await costOf(await costCase.world("before", size), costCase.before);
      const now = await costOf(await costCase.world("now", size), costCase.now);
      measured.push({ costCase, size, before, now });
    }
  }
  return measured;
}

async function costOf(world: CostWorld, run: CostCase["now"]): Promise<Cost> {
  return await world.deployment.mutation(async (ctx) => {
    await run(ctx as QueryCtx & MutationCtx, world);
    const { documentsRead, bytesRead, databaseQueries } = await ctx.meta.getTransactionMetrics();
    return { documents: documentsRead.used, bytes: bytesRead.used, intervals: databaseQueries.used };
  });
}

/** The figures in Markdown: before → now, with the ratio. */
export function costTable(measured: readonly Measured[]): string {
  const lines = measured.map(({ costCase, size, before, now }) => [
    costCase.name,
    `${grouped(size)} ${costCase.of}`,
    change(before.documents, now.documents, grouped),
    change(before.bytes, now.bytes, kibibytes),
    change(before.intervals, now.intervals, grouped),
  ]);
  const head = ["function", "in a world of", "documents", "KiB", "index intervals"];
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function change(before: number, now: number, shown: (number: number) => string): string {
  return `${shown(before)} → ${shown(now)} (${(before / now).toFixed(1)}×)`;
}

function grouped(number: number): string {
  return number.toLocaleString("en-US");
}

function kibibytes(bytes: number): string {
  return (bytes / 1024).toLocaleString("en-US", { maximumFractionDigits: 1 });
}
