/** Drives phase control as the command line does: a call a page, the cursor handed back unread. */
import { ConvexError } from "convex/values";
import { mounted } from "../../../convex/mount.js";
import type { Phase, Step } from "../../../convex/phases.js";
import { readersOf } from "../../../convex/read/shadowReaders.js";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { transforms } from "../../../transforms/index.js";
import type { Deployment } from "../deployment.js";

/** What any page answers, as far as tests look at it. */
export interface Page {
  readonly cursor: string | null;
  readonly isDone: boolean;
  readonly visited: number;
  readonly left: number;
  readonly cleaned?: number;
  readonly originals?: number;
  readonly orphans?: number;
  readonly rebuilt?: number;
  readonly putBack?: number;
  readonly deleted?: number;
  readonly kept?: readonly Record<string, unknown>[];
  readonly drifted?: readonly Record<string, unknown>[];
  readonly rows?: readonly Record<string, unknown>[];
}

type Arguments = Record<string, unknown>;

/** Calls one of the migration's mutations. */
export async function call(deployment: Deployment, name: string, args: Arguments): Promise<Page & Arguments> {
  return await deployment.mutation(mounted("mutation", name), args);
}

/** Calls one of its queries. */
export async function ask(deployment: Deployment, name: string, args: Arguments): Promise<Page & Arguments> {
  return await deployment.query(mounted("query", name), args);
}

/** Calls a paged mutation until it is done, from its begin or from a cursor; all of its pages. */
export async function drive(deployment: Deployment, name: string, args: Arguments): Promise<Page[]> {
  return await pages(args, (page) => call(deployment, name, page));
}

/** The same for a query. */
export async function askAll(deployment: Deployment, name: string, args: Arguments): Promise<Page[]> {
  return await pages(args, (page) => ask(deployment, name, page));
}

/**
 * The same, as badly as it may go: a document a page, every page sent twice since its answer was lost, and after every page
 * a walk that was begun anew and given up.
 */
export async function driveBadly(deployment: Deployment, name: string, args: Arguments): Promise<Page[]> {
  return await pages({ ...args, documents: 1 }, async (page) => {
    const first = await call(deployment, name, page);
    if (first.isDone) return first;
    await call(deployment, name, { ...page, cursor: null });
    return await call(deployment, name, page);
  });
}

async function pages(args: Arguments, send: (args: Arguments) => Promise<Page>): Promise<Page[]> {
  const answers: Page[] = [];
  let cursor = (args.cursor ?? null) as string | null;
  do {
    const page = await send({ ...args, cursor });
    answers.push(page);
    cursor = page.cursor;
  } while (cursor !== null);
  return answers;
}

/** The code, and the codes of the reasons, with which a call is refused; none for one that goes well. */
export async function refusalOf(answer: Promise<unknown>): Promise<string[]> {
  try {
    await answer;
    return [];
  } catch (error) {
    if (!(error instanceof ConvexError)) throw error;
    const { code, reasons = [] } = error.data as { code: string; reasons?: { code: string }[] };
    return [code, ...reasons.map((reason) => reason.code)];
  }
}

/** Syncs all parts of a phase's documents, as a backfill does in the end. */
export async function fill(deployment: Deployment, phase: Phase): Promise<void> {
  await deployment.run(async (ctx) => {
    const sync = await startSync(ctx);
    for (const transform of transforms.filter((part) => part.phase === phase)) {
      for (const { _id } of await sync.db.query(transform.table).collect()) await syncPart(sync, transform, _id);
    }
  });
}

/** Compares all answers of a phase's readers, as `verify` does. */
export async function compareAll(deployment: Deployment, migrationId: Phase, epoch: number): Promise<void> {
  for (const reader of readersOf(migrationId))
    await drive(deployment, "compareShadow", { migrationId, epoch, reader, seed: Date.now(), oneIn: 1, once: true });
}

/** Tells a phase that every part was verified, from now on. */
export async function markAllVerified(deployment: Deployment, migrationId: Phase, epoch: number): Promise<void> {
  const { verifications, deltasFrom: shows } = await statusOf(deployment, migrationId);
  const counts = { began: Date.now(), looked: 1, differing: 0, waiting: 0, shows };
  for (const { part } of verifications as { part: string }[])
    await call(deployment, "markVerified", { migrationId, epoch, part, ...counts });
}

/** Tells a phase what a delta found in an export of this moment. */
export async function markDelta(
  deployment: Deployment,
  migrationId: Phase,
  epoch: number,
  driftFree = true,
): Promise<void> {
  const { deltasFrom: shows } = await statusOf(deployment, migrationId);
  const found = { driftFree, differing: driftFree ? 0 : 1, moment: Date.now(), shows };
  await call(deployment, "markDriftFree", { migrationId, epoch, ...found });
}

/** Everything a step can ask for: free of drift, compared, verified. */
export async function prove(deployment: Deployment, migrationId: Phase, epoch: number): Promise<void> {
  await markDelta(deployment, migrationId, epoch);
  await markAllVerified(deployment, migrationId, epoch);
  await compareAll(deployment, migrationId, epoch);
}

/** Takes a phase from off up to a step, backfilled, free of drift, compared and verified. */
export async function climb(deployment: Deployment, migrationId: Phase, to: Step): Promise<number> {
  const ladder: Step[] = ["dual-write", "shadow", "new-then-old", "new"];
  let epoch = 0;
  for (const step of ladder.slice(0, ladder.indexOf(to) + 1)) {
    if (step === "new") {
      await call(deployment, "markBackfilled", { migrationId, epoch });
      await prove(deployment, migrationId, epoch);
    }
    if (step === "new-then-old") await compareAll(deployment, migrationId, epoch);
    epoch = Number((await call(deployment, "switchStep", { migrationId, to: step })).epoch);
    if (step === "dual-write") await fill(deployment, migrationId);
  }
  return epoch;
}

/** A phase's step as `status` tells it. */
export async function statusOf(deployment: Deployment, migrationId: Phase): Promise<Record<string, unknown>> {
  const { phases } = (await ask(deployment, "status", {})) as unknown as { phases: Record<string, unknown>[] };
  return phases.find((phase) => phase.migrationId === migrationId) ?? {};
}
