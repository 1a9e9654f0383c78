/**
 * Touches: the differences that rows and messages make to aggregates (spec 5, Aggregates). Every writer appends them in the
 * transaction that writes the row, and nothing updates an aggregate row there, so a tag or url that everybody uses costs
 * no conflicts. A scheduled fold adds them up.
 */
import type { AnyWriter } from "../documents.js";
import type { Phase } from "../phase/phases.js";

/** What a touch is about; for `tags` and `sourceMetadata` the key is the row's id. */
export type TouchKind = "tags" | "sourceMetadata" | "conversationTokenUsage" | "messageCount";

/** Numbers by field: counts to add, and times that only widen. */
export type Delta = Readonly<Record<string, number>>;

/** Times are no sums: of two the wider counts. */
const widening: Readonly<Record<string, (left: number, right: number) => number>> = {
  firstSeenAt: Math.min,
  lastAccessedAt: Math.max,
  lastUpdatedAt: Math.max,
};

/** Two differences as one; commutative and associative. */
export function addDeltas(left: Delta, right: Delta): Delta {
  const sum: Record<string, number> = { ...left };
  for (const [field, value] of Object.entries(right)) {
    const there = sum[field];
    sum[field] = there === undefined ? value : (widening[field]?.(there, value) ?? there + value);
  }
  return sum;
}

/** Is this field of a delta a time? */
export function isWidening(field: string): boolean {
  return Object.hasOwn(widening, field);
}

const phaseOfKind: Readonly<Record<TouchKind, Phase>> = {
  tags: "phase-5",
  sourceMetadata: "phase-2",
  conversationTokenUsage: "phase-6",
  messageCount: "phase-7",
};

/** The touches of one transaction: one a key, however many rows concern it. */
export class Touches {
  private readonly made = new Map<string, { readonly id: string; delta: Delta }>();

  constructor(private readonly db: AnyWriter) {}

  /** Appends at once rather than at the end, so that a touch stands exactly where its row does, whatever fails later. */
  async add(kind: TouchKind, key: string, delta: Delta): Promise<void> {
    const name = `${kind} ${key}`;
    const made = this.made.get(name);
    if (made === undefined) {
      const touch = { migrationId: phaseOfKind[kind], kind, key, delta, at: Date.now() };
      this.made.set(name, { id: await this.db.insert("migrationTouches", touch), delta });
    } else {
      made.delta = addDeltas(made.delta, delta);
      await this.db.patch(made.id, { delta: made.delta });
    }
  }
}
