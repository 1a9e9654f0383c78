import pLimit from "p-limit";
import { z } from "zod";
import type { Phase } from "../../convex/schema/steps.js";
import { transforms } from "../../transforms/index.js";
import { type DriftReason, driftReasons } from "../batches/driftReasons.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import { probe } from "../remote/probe.js";
import type { RetryOptions } from "../remote/withRetries.js";
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
 * Compares the parts of phases with their rows in the deployment, page by page, by the very mapping that writes them. Nothing is changed.
 *
 * @throws CallFailure, UnnestError of `probe`; the signal's reason
 */
export async function verifyPhases({ phases, ...options }: VerifyOptions): Promise<Verified> {
  const { remote, retries, progress } = options;
  const status = await probe(remote, retries);
  const isOff = (phase: Phase): boolean => phaseOf(status, phase).step === "off";
  const compared = phases
    .filter((phase) => !isOff(phase))
    .flatMap((migrationId) =>
      transforms
        .filter(({ phase, option }) => phase === migrationId && option === undefined)
        .map(({ part, table }) => ({ migrationId, part, table })),
    );
  const limit = pLimit(atOnce);
  // What one of them fails by ends the others before their next page.
  const stop = new AbortController();
  let failure: unknown;
  progress.start("verify");
  const results = await Promise.allSettled(
    compared.map((part) =>
      limit(() =>
        verifyPart({ ...options, ...part, signal: stop.signal }).catch((error: unknown) => {
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
  readonly migrationId: Phase;
  readonly part: string;
  readonly table: string;
  readonly signal: AbortSignal;
}

async function verifyPart({
  remote,
  migrationId,
  part,
  table,
  signal,
  ...options
}: PartOptions): Promise<VerifiedPart> {
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
  return { migrationId, part, table, ...counts, reasons, sample };
}
