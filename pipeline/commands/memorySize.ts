import { totalmem } from "node:os";

const units: Readonly<Record<string, number>> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** DuckDB does not work below this. */
export const leastMemory = 64 * 2 ** 20;

/** Bytes of a text like `4GiB`, `512MB` or `1.5 GiB`; null when it is none. */
export function parseMemorySize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]i?B)$/i.exec(text.trim());
  const factor = units[match?.[2]?.toUpperCase() ?? ""];
  return match === null || factor === undefined ? null : Math.floor(Number(match[1]) * factor);
}

/** Half of what the machine, or the container, has; at most 4 GiB. */
export function defaultMemoryLimit(): number {
  const contained = process.constrainedMemory();
  const available = contained > 0 ? Math.min(contained, totalmem()) : totalmem();
  return Math.max(leastMemory, Math.min(4 * 2 ** 30, Math.floor(available / 2)));
}
