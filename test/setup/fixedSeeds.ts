/**
 * Laws run over the same generated cases on every machine, so that what passed here passes there. `UNNEST_SEED=n` or
 * `UNNEST_SEED=random` looks further; what it finds is printed with its seed.
 */
import fc from "fast-check";

const wanted = process.env.UNNEST_SEED ?? "20261123";
if (wanted !== "random") fc.configureGlobal({ seed: Number(wanted) });
