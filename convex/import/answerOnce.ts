import { ConvexError, type Value } from "convex/values";
import { documentsBy } from "../documents.js";
import { isPhase } from "../phases.js";
import type { Sync } from "../sync/sync.js";
import type { BatchHead } from "./batch.js";

/**
 * Runs a batch once: its answer is recorded in the transaction that does its work, and the same id gives it back, since a
 * response can be lost after the commit.
 *
 * @param run gives the answer, small enough to store
 * @throws ConvexError `unknown_phase`; `epoch_ended` under another epoch; `phase_off` while the step is off; `batch_changed` when
 * the id was used for other content
 */
export async function answerOnce<Answer>(sync: Sync, batch: BatchHead, run: () => Promise<Answer>): Promise<Answer> {
  const { migrationId, epoch, batchId, hash } = batch;
  if (!isPhase(migrationId)) throw new ConvexError({ code: "unknown_phase", migrationId, batchId });
  const state = sync.phases[migrationId];
  if (state.epoch !== epoch) throw new ConvexError({ code: "epoch_ended", migrationId, batchId, epoch: state.epoch });
  if (state.step === "off") throw new ConvexError({ code: "phase_off", migrationId, batchId });
  const [recorded] = await documentsBy(sync.db, "unnestBatches", "by_batch", [["batchId", batchId]]);
  if (recorded !== undefined) {
    const same = recorded.hash === hash && recorded.epoch === epoch && recorded.migrationId === migrationId;
    if (!same) throw new ConvexError({ code: "batch_changed", migrationId, batchId });
    return recorded.answer as Answer;
  }
  const answer = await run();
  const record = { migrationId, epoch, batchId, hash, answer: answer as Value, createdAt: Date.now() };
  await sync.db.insert("unnestBatches", record);
  return answer;
}
