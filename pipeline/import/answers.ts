/** What the functions of `convex/import/` answer, checked; see `convex/import/batch.ts`. */
import { z } from "zod";
import type { BatchKind } from "./batch.js";

const place = z.number().int().nonnegative();
const name = z.string().max(200);

/** Why an item was not written: its list and place in what was sent, a code, and the row's table and column. */
const fault = z.object({
  list: z.enum(["entities", "parts", "duplicates", "patches"]),
  at: place,
  code: name,
  table: name,
  column: name.optional(),
});

export type Fault = z.infer<typeof fault>;

/** What became of an item. */
export const outcomes = ["inserted", "unchanged", "resynced", "merged", "patched", "aside", "invalid"] as const;
export type Outcome = (typeof outcomes)[number];

export const itemsAnswer = z.object({
  outcomes: z.array(z.enum(outcomes)),
  faults: z.array(fault),
  /** What the deployment left for a batch of its own, when it closed this one early. */
  rest: z.object({ batchId: z.string().max(1000), from: place }).nullable(),
});

export type ItemsAnswer = z.infer<typeof itemsAnswer>;

export const correctionsAnswer = z.object({ touches: place });

/** The function that takes a kind of batch. */
export const functionOf: Readonly<Record<BatchKind, string>> = {
  parts: "importParts",
  names: "resync",
  patches: "applyPatches",
  corrections: "importCorrections",
};

/** Does the answer account for every item, once? */
export function isWhole({ outcomes: found, rest }: ItemsAnswer, items: number): boolean {
  return rest === null ? found.length === items : found.length === rest.from && rest.from < items;
}
