import { z } from "zod";
import type { Phase } from "../../convex/schema/steps.js";
import { CallFailure } from "../remote/callFailure.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import type { RetryOptions } from "../remote/withRetries.js";
import type { Progress } from "../run/progress.js";
import { driveWalk, walkedPage } from "./driveWalk.js";
import {
  keptPart,
  readWalkRecord,
  removeWalkRecord,
  type WalkIdentity,
  type WalkTotals,
  writeWalkRecord,
} from "./walkRecord.js";
import type { Walk } from "./walks.js";

export interface WalkOptions {
  readonly remote: RemoteDeployment;
  readonly walk: Walk;
  readonly migrationId: Phase;
  readonly epoch: number;
  /** When the step was taken at which the pages run, in ms since 1970. */
  readonly since: number;
  readonly dryRun: boolean;
  /** A dry run looks at no further page once it has looked at so many documents; all when absent. */
  readonly enough?: number;
  /** Where walks keep how far they are. */
  readonly folder: string;
  /** Documents a page at most. */
  readonly documents: number;
  /** Of the buffer that a rebuilt phase has, in days. */
  readonly bufferDays?: number | undefined;
  readonly retries: RetryOptions;
  readonly progress: Progress;
}

export interface Walked extends WalkTotals {
  /** It went on where an earlier one was stopped. */
  readonly resumed: boolean;
  /** It has looked at all documents: false when a dry run stopped at `enough`. */
  readonly isWhole: boolean;
}

/** Of what is left, so many are named. */
const mostKept = 1000;

const nothing: WalkTotals = { visited: 0, counts: {}, left: 0, kept: [] };

/**
 * Runs a walk's pages to the end, from where it was stopped the last time. A dry run looks at everything, changes nothing and keeps nothing.
 *
 * @throws CallFailure; the signal's reason after the page under way
 */
export async function walkOn(options: WalkOptions): Promise<Walked> {
  const { remote, walk, migrationId, epoch, since, dryRun, folder, retries, progress } = options;
  const identity: WalkIdentity = { url: remote.url, name: walk.name, migrationId, epoch, since };
  const record = dryRun ? null : await readWalkRecord(folder, identity);
  const answer = pageOf(walk);
  const buffer = walk.name === "rebuild" ? { bufferDays: options.bufferDays } : {};
  const enough = dryRun ? (options.enough ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  let totals = record?.totals ?? nothing;
  let isWhole = true;
  progress.start(`${dryRun ? "dry run of " : ""}${walk.name} ${migrationId}`);
  progress.advance(totals.visited);
  try {
    await driveWalk({
      cursor: record?.cursor ?? null,
      documents: options.documents,
      retries,
      isEnough: () => totals.visited >= enough,
      call: (page) => remote.mutation(walk.page, { migrationId, epoch, ...page, dryRun, ...buffer }, answer),
      onPage: async (page) => {
        totals = added(totals, page, walk);
        isWhole = page.isDone || totals.visited < enough;
        progress.advance(page.visited);
        if (!dryRun && page.cursor !== null)
          await writeWalkRecord(folder, { ...identity, cursor: page.cursor, totals });
      },
    });
  } catch (error) {
    // The last page had been done, and its answer was lost: it found the phase where it had led it.
    if (dryRun || !isAt(walk.endsAt, error)) throw error;
  } finally {
    progress.finish();
  }
  if (!dryRun) await removeWalkRecord(folder, identity);
  return { ...totals, resumed: record !== null, isWhole };
}

type Page = z.infer<typeof walkedPage> & Pick<WalkTotals, "kept"> & { readonly [count: string]: unknown };

/** What a page of this walk answers. */
function pageOf({ counts }: Walk): z.ZodType<Page> {
  const numbers = Object.fromEntries(Object.keys(counts).map((name) => [name, z.number().int().nonnegative()]));
  return z.object({ ...walkedPage.shape, kept: z.array(keptPart).max(10_000), ...numbers });
}

function added(totals: WalkTotals, page: Page, { counts }: Walk): WalkTotals {
  return {
    visited: totals.visited + page.visited,
    counts: Object.fromEntries(
      Object.keys(counts).map((name) => [name, (totals.counts[name] ?? 0) + Number(page[name])]),
    ),
    left: page.left,
    kept: [...totals.kept, ...page.kept].slice(0, mostKept),
  };
}

const wrongStep = z.object({ step: z.string() });

function isAt(step: string | null, error: unknown): boolean {
  if (step === null || !(error instanceof CallFailure) || error.code !== "wrong_step") return false;
  const { data } = wrongStep.safeParse(error.data);
  return data?.step === step;
}
