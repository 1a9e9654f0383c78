import { readFileSync } from "node:fs";
import { z } from "zod";

/** Counts up when a run directory's layout changes so that another version cannot go on with it. */
export const runFormat = 1;

/** The tool's own version, from the package it was installed as (beside the sources, or one above `dist`). */
export function toolVersion(): string {
  for (const candidate of ["../../package.json", "../../../package.json"]) {
    try {
      const text = readFileSync(new URL(candidate, import.meta.url), "utf8");
      return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new TypeError("package.json of unnest is missing");
}

/** Below zero when `a` is the older one. Only the three numbers count. */
export function compareVersions(a: string, b: string): number {
  const numbers = (version: string): number[] => (version.split("-")[0] ?? "").split(".").map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
