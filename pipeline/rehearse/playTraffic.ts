import { performance } from "node:perf_hooks";
import { type Rehearsal, trafficShares } from "./rehearsal.js";
import { type Figure, timed } from "./step.js";
import type { TrafficRound } from "./traffic.js";

/** Users who write beside some work. */
export interface Playing {
  /** Resolves when all have done what the round asks. */
  readonly ended: Promise<void>;
  stop(): void;
}

/**
 * Lets users write while something else goes on.
 *
 * @param part of what the traffic's level asks for, from 0 to 1
 */
export function startTraffic(
  { traffic, options, documents, signal }: Rehearsal,
  round: Pick<TrafficRound, "name" | "manner" | "stubborn">,
  part: number,
): Playing {
  const changes = Math.ceil(documents * trafficShares[options.traffic] * part);
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  if (traffic === null || changes === 0) return { ended: Promise.resolve(), stop };
  const ended = traffic.play({ ...round, changes, signal: AbortSignal.any([signal, ending.signal]) });
  // Whoever waits for it hears of it; until then it is nobody's unhandled failure.
  ended.catch(() => {});
  return { ended, stop };
}

/** Lets users write, and waits until they have. @returns what they did */
export async function playTraffic(
  rehearsal: Rehearsal,
  ...round: Parameters<typeof startTraffic> extends [unknown, ...infer Rest] ? Rest : never
): Promise<Figure[]> {
  const { traffic } = rehearsal;
  const before = traffic?.log.changed ?? 0;
  const began = performance.now();
  await startTraffic(rehearsal, ...round).ended;
  return [
    timed("documents written by users", (traffic?.log.changed ?? 0) - before),
    timed("seconds of users' writing", (performance.now() - began) / 1000, "seconds"),
  ];
}
