/** DuckDB's texts of dates and times as numbers since 1970. */

/** Days of `2025-01-31`; `0044-03-15 (BC)` and `infinity` too, which is the largest number there is. */
export function epochDays(text: string): number {
  if (text.endsWith("infinity")) return text.startsWith("-") ? -(2 ** 31 - 1) : 2 ** 31 - 1;
  return Number(midnight(text) / 86_400_000n);
}

/** Microseconds of `2025-01-31 12:00:00.5`, in UTC with or without `+00`. */
export function epochMicroseconds(text: string): bigint {
  if (text.endsWith("infinity")) return text.startsWith("-") ? -(2n ** 63n - 1n) : 2n ** 63n - 1n;
  const [, hours = "0", minutes = "0", seconds = "0", fraction = ""] =
    / (\d\d):(\d\d):(\d\d)(?:\.(\d+))?/.exec(text) ?? [];
  const time = (BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  return midnight(text) * 1000n + time * 1_000_000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
}

/** Milliseconds at which the day begins. */
function midnight(text: string): bigint {
  const [, year = "1970", month = "1", day = "1"] = /^(\d+)-(\d\d)-(\d\d)/.exec(text) ?? [];
  const date = new Date(0);
  // There is no year 0: 1 BC is the year before 1.
  date.setUTCFullYear(text.includes("(BC)") ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day));
  return BigInt(date.getTime());
}
