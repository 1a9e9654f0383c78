/** What a batch takes of its transaction, and how much it may take: half of every limit of a call (spec 6, Planning). */
import { functionLimits } from "../convexFormat/functionLimits.js";

export interface Usage {
  argumentBytes: number;
  bytesRead: number;
  documentsRead: number;
  bytesWritten: number;
  documentsWritten: number;
  /** Index intervals. */
  databaseQueries: number;
  /** Of the function's own code, estimated. */
  nanoseconds: number;
  /** Of log and index entries: no limit of the call, but of what a second may take. */
  writeBytes: number;
}

const measures = [
  "argumentBytes",
  "bytesRead",
  "documentsRead",
  "bytesWritten",
  "documentsWritten",
  "databaseQueries",
  "nanoseconds",
  "writeBytes",
] as const satisfies readonly (keyof Usage)[];

/** Nanoseconds of user code for a byte that is hashed, checked or mapped: what `convex/sync/budget.ts` allows for it. */
export const nanosecondsPerByte = 104;

/** For a row, whatever its size: resolving its references, holding it against its validators. */
export const nanosecondsPerRow = 40_000;

/** A document may have grown since the snapshot (spec 6). */
export const growth = 1.25;

export interface BatchBounds {
  /** `--batch-bytes`. */
  readonly argumentBytes: number;
  /** Log and index entries of one batch; `Infinity` where nothing is throttled. */
  readonly writeBytes: number;
}

/** What tells a plan's bounds from others. */
export function boundsText({ argumentBytes, writeBytes }: BatchBounds): string {
  return JSON.stringify([argumentBytes, String(writeBytes)]);
}

/** The most that a batch may take. */
export function mostUsage({ argumentBytes, writeBytes }: BatchBounds): Readonly<Usage> {
  return {
    argumentBytes: Math.min(argumentBytes, functionLimits.argumentBytes / 2),
    bytesRead: functionLimits.bytesRead / 2,
    documentsRead: functionLimits.documentsRead / 2,
    bytesWritten: functionLimits.bytesWritten / 2,
    documentsWritten: functionLimits.documentsWritten / 2,
    databaseQueries: functionLimits.databaseQueries / 2,
    nanoseconds: (functionLimits.userMilliseconds / 2) * 1e6,
    writeBytes,
  };
}

export const noUsage: Readonly<Usage> = {
  argumentBytes: 0,
  bytesRead: 0,
  documentsRead: 0,
  bytesWritten: 0,
  documentsWritten: 0,
  databaseQueries: 0,
  nanoseconds: 0,
  writeBytes: 0,
};

export function addUsage(left: Readonly<Usage>, right: Readonly<Usage>): Usage {
  const sum = { ...left };
  for (const measure of measures) sum[measure] += right[measure];
  return sum;
}

export function fits(usage: Readonly<Usage>, most: Readonly<Usage>): boolean {
  return measures.every((measure) => usage[measure] <= most[measure]);
}
