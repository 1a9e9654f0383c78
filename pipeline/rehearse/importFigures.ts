import { type Figure, timed } from "./step.js";

/** Numbers of an import's own report, whatever it holds: each by the way that leads to it. */
export function importFigures(report: unknown): Figure[] {
  return numbersIn(report, "import").map(([name, value]) => timed(name, value));
}

function numbersIn(value: unknown, name: string): [string, number][] {
  if (typeof value === "number") return [[name, value]];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, `${name}: ${key}`));
}
