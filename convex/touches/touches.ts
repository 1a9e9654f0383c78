/**
 * Touches: the differences that rows and messages make to aggregates (spec 5, Aggregates). Every writer appends them in the
 * transaction that writes the row, and nothing updates an aggregate row there, so a tag or url that everybody uses costs
 * no conflicts. A scheduled fold (`convex/aggregates`) adds them up.
 */

import type { AnyWriter } from "../documents.js";
import { addDeltas, type Delta } from "./delta.js";
import { type TouchKind, touchKinds } from "./touchKinds.js";

/** The touches of one transaction: one a key, however many rows concern it. */
export class Touches {
  private readonly made = new Map<string, { readonly id: string; delta: Delta }>();

  constructor(private readonly db: AnyWriter) {}

  /** Appends at once rather than at the end, so that a touch stands exactly where its row does, whatever fails later. */
  async add(kind: TouchKind, key: string, delta: Delta): Promise<void> {
    const name = `${kind} ${key}`;
    const made = this.made.get(name);
    if (made === undefined) {
      const touch = { migrationId: touchKinds[kind].phase, kind, key, delta, at: Date.now() };
      this.made.set(name, { id: await this.db.insert("unnestTouches", touch), delta });
    } else {
      made.delta = addDeltas(made.delta, delta);
      await this.db.patch(made.id, { delta: made.delta });
    }
  }
}
