/** Table numbers below are Convex's own, kept free for tables older than the numbers. */
const legacyTables = 512;

/**
 * Tables of Convex that documents of an application point at, by the number a deployment tries first. Best effort: where it is taken another
 * one is used, and deployments from before these numbers do not respect them.
 */
const systemTables: ReadonlyMap<number, string> = new Map([
  [legacyTables + 27, "_scheduled_functions"],
  [legacyTables + 28, "_storage"],
]);

/** A best guess, for a number that no table of the export has; null where there is none. */
export function guessSystemTable(tableNumber: number): string | null {
  return systemTables.get(tableNumber) ?? null;
}
