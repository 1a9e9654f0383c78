/**
 * Laws run over the same generated cases on every machine, so that what passed here passes there. `UNNEST_SEED=n` or
 * `UNNEST_SEED=random` looks further. Every run says which seed it had, whether or not it passes.
 */
const usual = 20261123;

/** The seed of this run. @throws RangeError for a text that is no number and not `random` */
export function seedOfRun(): number {
  const wanted = process.env.UNNEST_SEED ?? String(usual);
  const seed = wanted === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`UNNEST_SEED is ${wanted}: give a whole number, or random`);
  return seed;
}
