/** What differs between two rehearsals: steps, checks and figures, side by side. */
import type { RehearsalReport } from "./rehearsalReport.js";
import type { FigureUnit } from "./step.js";

export interface Difference {
  readonly step: string;
  readonly name: string;
  /** Null where one of them has no such figure. */
  readonly before: number | null;
  readonly after: number | null;
  readonly unit: FigureUnit;
  readonly timed: boolean;
}

export interface RehearsalsCompared {
  /** Options and snapshot that differ; equal seeds on another snapshot say little. */
  readonly settings: readonly { readonly name: string; readonly before: string; readonly after: string }[];
  readonly verdicts: { readonly before: string; readonly after: string };
  readonly differences: readonly Difference[];
  /** Figures that are the same. */
  readonly same: number;
}

/** A time that differs by less is noise. */
const timeNoise = 0.1;

/** Compares an earlier rehearsal with a later one. */
export function compareRehearsals(before: RehearsalReport, after: RehearsalReport): RehearsalsCompared {
  const [old, now] = [figuresOf(before), figuresOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const differences = names.flatMap((name): Difference[] => {
    const [was, is] = [old.get(name), now.get(name)];
    const either = is ?? was;
    if (either === undefined || (was !== undefined && is !== undefined && isSame(was, is))) return [];
    const { step, unit, timed } = either;
    return [{ step, name: either.name, before: was?.value ?? null, after: is?.value ?? null, unit, timed }];
  });
  return {
    settings: settingsOf(before).flatMap(([name, was], index) => {
      const is = settingsOf(after)[index]?.[1] ?? "";
      return was === is ? [] : [{ name, before: was, after: is }];
    }),
    verdicts: { before: before.verdict, after: after.verdict },
    differences,
    same: names.length - differences.length,
  };
}

interface Placed {
  readonly step: string;
  readonly name: string;
  readonly value: number;
  readonly unit: FigureUnit;
  readonly timed: boolean;
}

function isSame(was: Placed, is: Placed): boolean {
  if (was.value === is.value) return true;
  return (
    was.timed && was.unit === "seconds" && Math.abs(was.value - is.value) < timeNoise * Math.max(was.value, is.value)
  );
}

function settingsOf({ snapshot, deployment, seed, users, traffic, faults }: RehearsalReport): [string, string][] {
  const settings = { snapshot: snapshot.sha256, deployment, seed, users, traffic, faults };
  return Object.entries(settings).map(([name, value]) => [name, String(value)]);
}

function figuresOf({ steps, actions, seconds, peakBytes }: RehearsalReport): Map<string, Placed> {
  const all: Placed[] = [
    ...steps.flatMap((step) => [
      ...step.figures.map((figure) => ({ step: step.name, ...figure })),
      ...step.checks.map(({ name, failed }) => count(step.name, `wrong: ${name}`, failed)),
      { step: step.name, name: "time", value: step.seconds, unit: "seconds" as const, timed: true },
    ]),
    ...actions.flatMap(({ action, done, failed }) => [
      count("users", action, done),
      count("users", `failed: ${action}`, failed),
    ]),
    { step: "", name: "time of all steps", value: seconds, unit: "seconds", timed: true },
    { step: "", name: "peak memory", value: peakBytes, unit: "bytes", timed: true },
  ];
  return new Map(all.map((placed) => [`${placed.step}\0${placed.name}`, placed]));
}

function count(step: string, name: string, value: number): Placed {
  return { step, name, value, unit: "count", timed: false };
}
