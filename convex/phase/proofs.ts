/** What was compared of a phase, held against what a step asks for: how much of each reader, how recently each part. */
import type { GenericDatabaseReader } from "convex/server";
import type { Transform } from "../../transforms/defineTransform.js";
import { transforms } from "../../transforms/index.js";
import type { Doc } from "../documents.js";
import { isCompared, leastCompared } from "../evidence/comparisons.js";
import { evidenceNamed, evidenceOf } from "../evidence/evidence.js";
import type { Phase } from "../phases.js";
import { readersOf, shadowReaders } from "../read/shadowReaders.js";
import type { DataModel } from "../runtime.js";
import { partsOfPhase } from "./phaseTables.js";
import { filledTables } from "./readiness.js";
import type { Reason } from "./refuse.js";

type Reader = GenericDatabaseReader<DataModel>;

/**
 * A verification that began longer ago counts no more, in milliseconds. What came past the wrapper since then leaves no trace in the
 * deployment: time is all that limits it. A day lets one verify at night and move reads in the morning.
 */
const longestTrust = 24 * 60 * 60_000;

/** How much of a reader was compared. Times in ms since 1970. */
export interface ComparisonStatus {
  readonly reader: string;
  readonly compared: number;
  /** Answers that have to be compared; 0 for a reader that has no documents, fewer where a pass has compared all there are. */
  readonly needed: number;
  readonly differing: number;
  readonly waiting: number;
  readonly last: number | null;
}

/** When a part was last verified whole. `began` is null for one that never was. */
export interface VerificationStatus {
  readonly part: string;
  readonly began: number | null;
  readonly looked: number;
  readonly differing: number;
  readonly waiting: number;
}

/** The phase's readers, with what was compared of each since reads could move. */
export async function comparisonsOf(
  db: Reader,
  migrationId: Phase,
  epoch: number,
): Promise<readonly ComparisonStatus[]> {
  const evidence = await evidenceOf(db, { migrationId, epoch });
  return await Promise.all(
    readersOf(migrationId).map(async (reader): Promise<ComparisonStatus> => {
      const found = evidenceNamed(evidence, "comparison", reader);
      const compared = found?.looked ?? 0;
      const tables = (shadowReaders[reader] ?? []).map(({ table }) => table);
      const isEmpty = !isCompared(found) && (await filledTables(db, tables)).length === 0;
      const needed = isEmpty ? 0 : isCompared(found) ? Math.min(compared, leastCompared) : leastCompared;
      const { differing = 0, waiting = 0, last = null } = found ?? {};
      return { reader, compared, needed, differing, waiting, last };
    }),
  );
}

/** Readers of which too little was compared, or nothing. */
export async function uncompared(db: Reader, phase: Phase, { epoch }: Doc<"unnestSwitches">): Promise<Reason[]> {
  return (await comparisonsOf(db, phase, epoch))
    .filter(({ compared, needed }) => compared < needed)
    .map(({ reader, compared, needed }) => ({ code: "nothing_compared", reader, compared, needed }));
}

/** The parts that a verification of the phase covers: its own, and optional ones that have rows here. */
export async function verifiableParts(db: Reader, phase: Phase): Promise<readonly Transform[]> {
  const optional = transforms.filter((transform) => transform.phase === phase && transform.option !== undefined);
  const inUse: Transform[] = [];
  for (const transform of optional)
    if ((await filledTables(db, Object.keys(transform.writes))).length > 0) inUse.push(transform);
  return [...partsOfPhase(phase), ...inUse];
}

/** Those parts, with what was found when each was last compared with its rows. */
export async function verificationsOf(
  db: Reader,
  migrationId: Phase,
  epoch: number,
): Promise<readonly VerificationStatus[]> {
  const evidence = await evidenceOf(db, { migrationId, epoch });
  return (await verifiableParts(db, migrationId)).map(({ part }): VerificationStatus => {
    const {
      since = null,
      looked = 0,
      differing = 0,
      waiting = 0,
    } = evidenceNamed(evidence, "verification", part) ?? {};
    return { part, began: since, looked, differing, waiting };
  });
}

/**
 * Parts that were never verified, or too long ago; the end of an import or a rebuild, and drift that a delta has found, leave none that
 * was. And parts that differed when they were.
 */
export async function unverified(db: Reader, phase: Phase, { epoch }: Doc<"unnestSwitches">): Promise<Reason[]> {
  const now = Date.now();
  const verified = await verificationsOf(db, phase, epoch);
  const isStale = ({ began }: VerificationStatus): boolean => began === null || now - began > longestTrust;
  const stale = verified.filter(isStale);
  const wrong = verified.filter((one) => !isStale(one) && one.differing > 0);
  const oldest = Math.min(...stale.map(({ began }) => began ?? now));
  return [
    ...(stale.length === 0
      ? []
      : [
          {
            code: "verification_stale" as const,
            parts: stale.map(({ part }) => part),
            ...(oldest < now ? { age: now - oldest } : {}),
          },
        ]),
    ...(wrong.length === 0
      ? []
      : [
          {
            code: "parts_differ" as const,
            parts: wrong.map(({ part }) => part),
            count: wrong.reduce((sum, { differing }) => sum + differing, 0),
          },
        ]),
  ];
}
