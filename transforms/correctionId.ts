import { contentHash } from "./contentHash.js";

/** What ids of correction batches begin with, so that they can be told apart, and counted, among a snapshot's batch records. */
export const correctionPrefix = "correction-";

/**
 * The id of a correction batch (spec 5). Since it follows from the snapshot, a batch that is computed again from the same snapshot
 * is the same batch, and is applied once.
 *
 * @param snapshot what names the export: equal for one export alone
 * @param kind of touches: `tags`, `sourceMetadata`, `conversationTokenUsage`, `messageCount`
 * @param number from 0, in key order
 */
export function correctionId(snapshot: string, kind: string, number: number): string {
  return `${correctionPrefix}${contentHash([snapshot, kind, number])}`;
}
