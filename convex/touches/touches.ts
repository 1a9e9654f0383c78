/**
 * Touches: the differences that rows and messages make to aggregates (spec 5, Aggregates). Every writer appends them in the
 * transaction that writes the row, and nothing updates an aggregate row there, so a tag or url that everybody uses costs
 * no conflicts. A scheduled fold (`convex/aggregates`) adds them up.
 */

import type { AnyWriter } from "../documents.js";
import { addDeltas, type Delta } from "./delta.js";
import { type TouchKind, touchKinds } from "./touchKinds.js";

/** Bytes of a touch beside its key, at most. */
const maxTouchSize = 500;

interface Touch {
  readonly kind: TouchKind;
  readonly key: string;
  delta: Delta;
  /** Null while it is held only here. */
  id: string | null;
  isWritten: boolean;
}

/** The touches of one transaction: one a key, however many rows concern it. */
export class Touches {
  private readonly made = new Map<string, Touch>();

  /** @param defers do touches of this phase wait for the end by now? Somebody calls `flush` then. */
  constructor(
    private readonly db: AnyWriter,
    private readonly defers: (phase: string) => Promise<boolean> = async () => false,
  ) {}

  /**
   * Appends at once rather than at the end, so that a touch stands exactly where its row does, whatever fails later; but in a mutation that
   * writes many documents each touch is written once, at its end.
   */
  async add(kind: TouchKind, key: string, delta: Delta): Promise<void> {
    const name = `${kind} ${key}`;
    const touch = this.made.get(name) ?? { kind, key, delta: {}, id: null, isWritten: false };
    this.made.set(name, touch);
    touch.delta = addDeltas(touch.delta, delta);
    touch.isWritten = false;
    if (!(await this.defers(touchKinds[kind].phase))) await this.write(touch);
  }

  /**
   * Writes what was held back.
   *
   * @param fits is there room for another write of so many bytes?
   * @returns the phases of which touches did not fit
   */
  async flush(fits: (bytes: number) => Promise<boolean>): Promise<ReadonlySet<string>> {
    const left = new Set<string>();
    for (const touch of this.made.values()) {
      if (touch.isWritten) continue;
      if (await fits(maxTouchSize + touch.key.length)) await this.write(touch);
      else left.add(touchKinds[touch.kind].phase);
    }
    return left;
  }

  private async write(touch: Touch): Promise<void> {
    const { kind, key, delta, id } = touch;
    const row = { migrationId: touchKinds[kind].phase, kind, key, delta, at: Date.now() };
    if (id !== null) await this.db.patch(id, { delta });
    else touch.id = await this.db.insert("unnestTouches", row);
    touch.isWritten = true;
  }
}
