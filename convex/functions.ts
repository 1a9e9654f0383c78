/**
 * The migration's functions. An application mounts them by one file, `convex/unnest.ts`: `export * from "convex-unnest/convex/functions"`.
 */
export { foldTouches } from "./aggregates/foldTouches.js";
export { tick } from "./aggregates/tick.js";
export { goOnDeleting } from "./helpers/deletes.js";
export { goOnRenaming } from "./helpers/tags/renaming.js";
export { applyPatches } from "./import/applyPatches.js";
export { importCorrections } from "./import/importCorrections.js";
export { importParts } from "./import/importParts.js";
export { recordedBatches } from "./import/recordedBatches.js";
export { resync } from "./import/resync.js";
export { retryJobs } from "./jobs/retryJobs.js";
export { runJob } from "./jobs/runJob.js";
export { workOffJobs } from "./jobs/workOffJobs.js";
export { abortPage, startAbort } from "./phase/abort.js";
export { applicationValues } from "./phase/applicationValues.js";
export { cleanupPage, startCleanup } from "./phase/cleanup.js";
export { markBackfilled, markDriftFree, markVerified } from "./phase/marks.js";
export { prune } from "./phase/prune.js";
export { rebuildPage, startRebuild } from "./phase/rebuild.js";
export { removeState } from "./phase/removeState.js";
export { status } from "./phase/status.js";
export { switchStep } from "./phase/switchStep.js";
export { verifyPhase } from "./phase/verifyPhase.js";
export { compareShadow } from "./read/compareShadow.js";
export { searchMessages } from "./read/searchMessages.js";
