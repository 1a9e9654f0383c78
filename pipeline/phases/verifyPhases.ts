import pLimit from "p-limit";
import { z } from "zod";
import { authorityOf, type Phase } from "../../convex/schema/steps.js";
import { transforms } from "../../transforms/index.js";
import { type DriftReason, driftReasons } from "../batches/driftReasons.js";
import { CallFailure } from "../remote/callFailure.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import type { PhaseStatus } from "../remote/phaseStatus.js";
import { probe } from "../remote/probe.js";
import { type RetryOptions, withRetries } from "../remote/withRetries.js";
import type { Progress } from "../run/progress.js";
import { driveWalk, walkedPage } from "./driveWalk.js";
import { phaseOf } from "./phaseOf.js";

const driftedPart = z.object({
  documentId: z.string().max(200),
  reasons: z.array(z.enum(driftReasons)).min(1).max(driftReasons.length),
  /** The part waits for its sync, which is no difference. */
  jobOpen: z.boolean(),
});

type DriftedPart = z.infer<typeof driftedPart>;

const verifiedPage = z.object({ ...walkedPage.shape, drifted: z.array(driftedPart).max(10_000) });

const marked = z.object({ counts: z.boolean() });

/** A part, compared with its rows in every document. */
export interface VerifiedPart {
  readonly migrationId: Phase;
  readonly part: string;
  /** Of its documents. */
  readonly table: string;
  /** Documents and rows looked at. */
  readonly visited: number;
  readonly differing: number;
  /** Parts that wait for a job. */
  readonly waiting: number;
  readonly reasons: Readonly<Partial<Record<DriftReason, number>>>;
  /** The first that differ. */
  readonly sample: readonly DriftedPart[];
  /**
   * The deployment holds it for verified now. Not where the rows are the truth themselves, and not where an import or rebuild ended
   * meanwhile, or drift was found.
   */
  readonly marked: boolean;
}

export interface Verified {
  readonly parts: readonly VerifiedPart[];
  /** Phases that are off: there are no rows to compare with. */
  readonly off: readonly Phase[];
}

interface VerifyOptions {
  readonly remote: RemoteDeployment;
  readonly phases: readonly Phase[];
  /** Documents a page at most. */
  readonly documents: number;
  readonly retries: RetryOptions;
  readonly progress: Progress;
}

/** Of the parts that differ, so many are named. */
const mostSampled = 1000;

/** Parts compared at a time: queries hold up nobody, and a large table takes thousands of pages. */
const atOnce = 4;

/**
 * Compares the parts of phases with their rows in the deployment, page by page, by the very mapping that writes them: optional parts too,
 * where they have rows. No document or row is changed; of a part that was compared whole the deployment notes when, and what was found.
 *
 * @throws CallFailure, UnnestError of `probe`; the signal's reason
 */
export async function verifyPhases({ phases, ...options }: VerifyOptions): Promise<Verified> {
  const { remote, retries, progress } = options;
  const status = await probe(remote, retries);
  const isOff = (phase: Phase): boolean => phaseOf(status, phase).step === "off";
  const compared = phases
    .filter((phase) => !isOff(phase))
    .flatMap((migrationId) => {
      const live = phaseOf(status, migrationId);
      const names = new Set(live.verifications.map(({ part }) => part));
      return transforms
        .filter(({ phase, part }) => phase === migrationId && names.has(part))
        .map(({ part, table }) => ({ live, part, table }));
    });
  const limit = pLimit(atOnce);
  // What one of them fails by ends the others before their next page.
  const stop = new AbortController();
  let failure: unknown;
  progress.start("verify");
  const results = await Promise.allSettled(
    compared.map((part) =>
      limit(() =>
        verifyPart({ ...options, ...part, began: status.now, signal: stop.signal }).catch((error: unknown) => {
          failure ??= error;
          stop.abort();
          throw error;
        }),
      ),
    ),
  );
  progress.finish();
  if (stop.signal.aborted) throw failure;
  return {
    parts: results.flatMap((result) => (result.status === "fulfilled" ? result.value : [])),
    off: phases.filter(isOff),
  };
}

interface PartOptions extends Omit<VerifyOptions, "phases"> {
  /** The phase before anything was compared. */
  readonly live: PhaseStatus;
  readonly part: string;
  readonly table: string;
  /** By the deployment's clock. */
  readonly began: number;
  readonly signal: AbortSignal;
}

async function verifyPart({
  remote,
  live,
  part,
  table,
  began,
  signal,
  ...options
}: PartOptions): Promise<VerifiedPart> {
  const { migrationId } = live;
  const reasons: Partial<Record<DriftReason, number>> = {};
  const sample: DriftedPart[] = [];
  const counts = { visited: 0, differing: 0, waiting: 0 };
  await driveWalk({
    ...options,
    cursor: null,
    call: (page) => {
      signal.throwIfAborted();
      return remote.query("verifyPhase", { migrationId, part, ...page }, verifiedPage);
    },
    onPage: ({ visited, drifted }) => {
      const differing = drifted.filter(({ jobOpen }) => !jobOpen);
      for (const reason of differing.flatMap((found) => found.reasons)) reasons[reason] = (reasons[reason] ?? 0) + 1;
      sample.push(...differing.slice(0, mostSampled - sample.length));
      counts.visited += visited;
      counts.differing += differing.length;
      counts.waiting += drifted.length - differing.length;
      options.progress.advance(visited);
    },
  });
  const found = { began, looked: counts.visited, differing: counts.differing, waiting: counts.waiting };
  const isMarked = authorityOf(live.step) === "old" && (await mark({ remote, live, part, ...options }, found));
  return { migrationId, part, table, ...counts, reasons, sample, marked: isMarked };
}

/** Tells the deployment what was found of a part. @returns whether it counts: the phase may be another one by now */
async function mark(
  {
    remote,
    live: { migrationId, epoch, deltasFrom: shows },
    part,
    retries,
  }: Pick<PartOptions, "remote" | "live" | "part" | "retries">,
  found: object,
): Promise<boolean> {
  const args = { migrationId, epoch, part, shows, ...found };
  try {
    return (await withRetries(() => remote.mutation("markVerified", args, marked), retries)).counts;
  } catch (error) {
    if (error instanceof CallFailure && error.kind === "refused") return false;
    throw error;
  }
}
