/** What a rehearsal is made of: steps in order, each of which says what it measured and what it looked at. */
import type { Rehearsal } from "./rehearsal.js";

export type FigureUnit = "count" | "bytes" | "seconds" | "share" | "perSecond";

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: FigureUnit;
  /** Does it depend on how fast things went, besides the seed? Then another rehearsal of the same seed has another one. */
  readonly timed: boolean;
  /** Kept for the comparison of two rehearsals, and not shown. */
  readonly isDetail?: boolean;
}

/** Something that has to hold. */
export interface Check {
  readonly name: string;
  /** How many documents, rows, answers or calls were looked at: a check that saw nothing says little. */
  readonly looked: number;
  readonly failed: number;
  /** The first of what failed: tables, ids and names, never values. */
  readonly findings: readonly string[];
}

export interface StepOutcome {
  readonly figures: readonly Figure[];
  readonly checks: readonly Check[];
}

export interface Step {
  readonly name: string;
  /** What it does, as a sentence's rest: `fill the deployment with the snapshot`. */
  readonly title: string;
  /** What to do when it failed. */
  readonly remedy: string;
  /** Why it is left out; null when it runs. */
  readonly skipped?: (rehearsal: Rehearsal) => string | null;
  readonly run: (rehearsal: Rehearsal) => Promise<StepOutcome>;
}

/** Findings that are named. */
const named = 10;

/** A check that looked at so many things and found these wrong. */
export function checked(name: string, looked: number, findings: readonly string[]): Check {
  return { name, looked, failed: findings.length, findings: findings.slice(0, named) };
}

/** A figure that the seed decides. */
export function figure(name: string, value: number, unit: FigureUnit = "count"): Figure {
  return { name, value, unit, timed: false };
}

/** A figure that differs from rehearsal to rehearsal. */
export function timed(name: string, value: number, unit: FigureUnit = "count"): Figure {
  return { name, value, unit, timed: true };
}

/** A figure of which there are many. */
export function detail(one: Figure): Figure {
  return { ...one, isDetail: true };
}
