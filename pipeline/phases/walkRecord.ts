/**
 * How far a walk has come, kept so that it goes on there after Ctrl-C, SIGKILL or a lost connection: of a million documents, most
 * would have to be read again otherwise. A record holds for one walk only: the deployment, the phase's epoch and the time at which
 * the step was taken must be the same. A step taken anew begins anew, since documents may have changed behind the cursor.
 */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { makeDirectory } from "../run/makeDirectory.js";
import { writeFileWhole } from "../run/writeFileWhole.js";

/** A document at which something is left; the part is absent for a repair. */
export const keptPart = z.object({
  table: z.string().max(200),
  documentId: z.string().max(200),
  part: z.string().max(200).optional(),
  reason: z.string().max(200).optional(),
});

export type KeptPart = z.infer<typeof keptPart>;

const walkTotals = z.object({
  visited: z.number(),
  /** By the names in the walk's `counts`. */
  counts: z.record(z.string(), z.number()),
  left: z.number(),
  /** The first of them. */
  kept: z.array(keptPart),
});

export type WalkTotals = z.infer<typeof walkTotals>;

const walkIdentity = z.object({
  url: z.string(),
  name: z.string(),
  migrationId: z.string(),
  epoch: z.number(),
  since: z.number(),
});

/** Which walk it is. */
export type WalkIdentity = z.infer<typeof walkIdentity>;

const walkRecord = z.object({ ...walkIdentity.shape, cursor: z.string(), totals: walkTotals });

/** A walk on its way: where the next page begins, and what the pages before it did. */
export type WalkRecord = z.infer<typeof walkRecord>;

/** The file of a phase's walk, in the run directory's folder for phases. */
function walkRecordFile(folder: string, { name, migrationId }: Pick<WalkIdentity, "name" | "migrationId">): string {
  return join(folder, `${migrationId}-${name}.json`);
}

/** The record of this very walk; null when there is none, or it is of another one, or unreadable. */
export async function readWalkRecord(folder: string, walk: WalkIdentity): Promise<WalkRecord | null> {
  try {
    const record = walkRecord.parse(JSON.parse(await readFile(walkRecordFile(folder, walk), "utf8")));
    return Object.keys(walkIdentity.shape).every((key) => {
      const field = key as keyof WalkIdentity;
      return record[field] === walk[field];
    })
      ? record
      : null;
  } catch {
    // Then the walk begins anew, which costs time only: its pages may be sent twice.
    return null;
  }
}

/** Keeps how far a walk is, for the owner only. */
export async function writeWalkRecord(folder: string, record: WalkRecord): Promise<void> {
  await makeDirectory(folder);
  await writeFileWhole(walkRecordFile(folder, record), `${JSON.stringify(record)}\n`);
}

/** The walk has ended. */
export async function removeWalkRecord(folder: string, walk: WalkIdentity): Promise<void> {
  await rm(walkRecordFile(folder, walk), { force: true });
}
