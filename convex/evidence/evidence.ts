/** What was compared of a phase, when and how much: documents of `unnestEvidence`, which a switch asks before a step. */
import type { GenericDatabaseReader } from "convex/server";
import { withoutAbsent } from "../../transforms/withoutAbsent.js";
import { anyWriter, type Doc } from "../documents.js";
import type { Phase } from "../phases.js";
import type { DataModel, MutationCtx } from "../runtime.js";

export type Evidence = Doc<"unnestEvidence">;

/** The start of the phase that evidence belongs to: another T0 has none yet. */
export interface PhaseEpoch {
  readonly migrationId: Phase;
  readonly epoch: number;
}

export type EvidenceKind = Evidence["kind"];

export type EvidenceFields = Omit<Evidence, "_id" | "_creationTime" | "migrationId" | "epoch" | "kind" | "name">;

/** All evidence of a phase's epoch: one index range, a document for each reader, part, and the deltas. */
export async function evidenceOf(
  db: GenericDatabaseReader<DataModel>,
  { migrationId, epoch }: PhaseEpoch,
): Promise<readonly Evidence[]> {
  return await db
    .query("unnestEvidence")
    .withIndex("by_name", (range) => range.eq("migrationId", migrationId).eq("epoch", epoch))
    .collect();
}

/** That of one name; null when there is none. It reads no other, so that readers compared at once do not meet. */
export async function findEvidence(
  db: GenericDatabaseReader<DataModel>,
  { migrationId, epoch }: PhaseEpoch,
  kind: EvidenceKind,
  name: string,
): Promise<Evidence | null> {
  return await db
    .query("unnestEvidence")
    .withIndex("by_name", (range) =>
      range.eq("migrationId", migrationId).eq("epoch", epoch).eq("kind", kind).eq("name", name),
    )
    .first();
}

/** The evidence of one name among all of a phase; null when there is none. */
export function evidenceNamed(all: readonly Evidence[], kind: EvidenceKind, name: string): Evidence | null {
  return all.find((one) => one.kind === kind && one.name === name) ?? null;
}

/**
 * Puts evidence in the place of what was known before. It is a new document each time: an export taken after that shows by its birth
 * that it is later.
 */
export async function replaceEvidence(
  { db }: Pick<MutationCtx, "db">,
  { migrationId, epoch }: PhaseEpoch,
  { kind, name }: { readonly kind: EvidenceKind; readonly name: string },
  fields: EvidenceFields,
): Promise<void> {
  const before = await findEvidence(db, { migrationId, epoch }, kind, name);
  if (before !== null) await db.delete(before._id);
  await anyWriter(db).insert("unnestEvidence", withoutAbsent({ migrationId, epoch, kind, name, ...fields }));
}

/** Forgets evidence of a kind: what rows follow from, or what reads stand on, is another thing now. */
export async function forgetEvidence(
  { db }: Pick<MutationCtx, "db">,
  phase: PhaseEpoch,
  forgotten: EvidenceKind,
): Promise<void> {
  for (const { _id, kind } of await evidenceOf(db, phase)) if (kind === forgotten) await db.delete(_id);
}
