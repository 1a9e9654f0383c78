import { afterEach, beforeEach, vi } from "vitest";

/** One day, in ms. */
export const day = 24 * 60 * 60_000;

/** Stops the clock for every test of a file, so that nothing scheduled runs unless a test lets time pass. */
export function stopClock(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: 100 * day });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}
