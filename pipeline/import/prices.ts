/**
 * Convex's listed prices, for forecasts. They change: this is the one place that holds them.
 *
 * Source: https://docs.convex.dev/production/state/limits, Professional plan, US regions, looked up on 2026-11-23 in a stored copy of that
 * page. A plan's included amounts are left out, since the application uses them too; so the true cost is at most this. The page
 * lists no price by class for these measures: a class decides how fast it goes, not what a byte costs.
 */
export const prices = {
  asOf: "2026-11-23",
  plan: "Professional, US regions, beyond what is included",
  /** US dollars a function call. */
  call: 2 / 1_000_000,
  /** US dollars a byte read or written by functions. */
  databaseByte: 0.2 / 2 ** 30,
  /** US dollars a month for a stored byte, indexes included. */
  storedByteMonth: 0.2 / 2 ** 30,
} as const;
