/** Compares the answers of old and new readers in the deployment now, for who does not want to wait until it has done so by itself. */
import { z } from "zod";
import type { Phase, Step } from "../../convex/schema/steps.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import type { PhaseStatus } from "../remote/phaseStatus.js";
import { probe } from "../remote/probe.js";
import type { RetryOptions } from "../remote/withRetries.js";
import type { Progress } from "../run/progress.js";
import { driveWalk, walkedPage } from "./driveWalk.js";
import { phaseOf } from "./phaseOf.js";

/** A reader's answers, as far as they are compared. */
export type ComparedReader = PhaseStatus["comparisons"][number] & Pick<PhaseStatus, "migrationId" | "epoch">;

export interface CompareOptions {
  readonly remote: RemoteDeployment;
  readonly phases: readonly Phase[];
  /** Documents a page at most. */
  readonly documents: number;
  readonly retries: RetryOptions;
  readonly progress: Progress;
}

/** Where both sides of a reader are in use. */
const moving: readonly Step[] = ["shadow", "new-then-old", "new"];

/** One document in so many at first; where that gives too few answers, all of them. */
const samples = [10, 1] as const;

const comparedPage = z.object({ ...walkedPage.shape, isEnough: z.boolean() });

/**
 * Drives the comparison of every reader that has not compared enough, until it has, or has seen every document. A reader that has is left
 * alone. Stopped in between, what was compared counts.
 *
 * @returns the readers of phases whose reads are moving, as they are afterwards
 * @throws CallFailure, UnnestError of `probe`; the signal's reason
 */
export async function compareReaders(options: CompareOptions): Promise<readonly ComparedReader[]> {
  const before = await readersOf(options);
  const behind = before.filter(({ compared, needed }) => compared < needed);
  if (behind.length === 0) return before;
  options.progress.start("compare answers");
  for (const { migrationId, epoch, reader } of behind) await compareReader(options, { migrationId, epoch, reader });
  options.progress.finish();
  return await readersOf(options);
}

async function readersOf({ remote, phases, retries }: CompareOptions): Promise<ComparedReader[]> {
  const status = await probe(remote, retries);
  return phases
    .map((phase) => phaseOf(status, phase))
    .filter(({ step }) => moving.includes(step))
    .flatMap(({ migrationId, epoch, comparisons }) => comparisons.map((one) => ({ migrationId, epoch, ...one })));
}

async function compareReader(
  { remote, documents, retries, progress }: CompareOptions,
  reader: { readonly migrationId: Phase; readonly reader: string; readonly epoch: number },
): Promise<void> {
  const seed = Date.now();
  let isEnough = false;
  for (const oneIn of samples) {
    if (isEnough) return;
    await driveWalk({
      cursor: null,
      documents,
      retries,
      call: (page) => remote.mutation("compareShadow", { ...reader, ...page, seed, oneIn, once: true }, comparedPage),
      isEnough: (page) => page.isEnough,
      onPage: (page) => {
        isEnough = page.isEnough;
        progress.advance(page.visited);
      },
    });
  }
}
