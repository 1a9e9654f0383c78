import type { Clock } from "../../pipeline/import/writeBudget.js";

/** A clock that a test winds: nothing waits really. */
export class TestClock implements Clock {
  private time = 0;
  private readonly alarms: { readonly at: number; readonly ring: () => void }[] = [];

  now(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.alarms.push({ at: this.time + milliseconds, ring: resolve });
    });
  }

  /** Goes from one alarm to the next until some work is done. */
  async runUntil(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      // All that can go on at this time does.
      await new Promise(setImmediate);
      if (isDone) break;
      this.alarms.sort((left, right) => left.at - right.at);
      const next = this.alarms.shift();
      if (next === undefined) throw new Error("everything waits, and nothing will wake it");
      this.time = Math.max(this.time, next.at);
      next.ring();
    }
    await done;
  }
}
