import { isTouchKind, touchKinds } from "../../convex/schema/touchKinds.js";
import type { Model } from "../model/types.js";
import { rowCost, type WriteCost } from "../parts/rowCost.js";

/** Letters of an id, which most keys are. */
const idLetters = 32;

/** What appending a touch of a kind takes; nothing where nothing of that kind is counted. */
export function touchCost(model: Model, kind: string): WriteCost {
  if (!isTouchKind(kind)) return { documentBytes: 0, writeBytes: 0 };
  const { phase, counts, times } = touchKinds[kind];
  const delta = Object.fromEntries([...counts, ...times].map((field) => [field, 0]));
  const value = { migrationId: phase, kind, key: "x".repeat(idLetters), delta, at: 0 };
  return rowCost(model, { table: "unnestTouches", value, refs: [] });
}

/** What the record of a batch takes, its answer with it. */
export function recordCost(model: Model, items: number): WriteCost {
  const answer = { outcomes: Array.from({ length: items }, () => "inserted"), faults: [], rest: null };
  const head = { batchId: "x".repeat(40), migrationId: "phase-1", epoch: 1, hash: "x".repeat(32), createdAt: 0 };
  return rowCost(model, { table: "unnestBatches", value: { ...head, answer }, refs: [] });
}
