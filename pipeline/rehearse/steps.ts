/** The rehearsal: reading this list is reading a whole migration, and its ways back. */
import type { Step } from "./step.js";
import { abortCopy } from "./steps/abortCopy.js";
import { cleanup, rebuild } from "./steps/cleanup.js";
import { delta } from "./steps/delta.js";
import { fill } from "./steps/fill.js";
import { importSnapshot, settle } from "./steps/importSnapshot.js";
import { prove } from "./steps/prove.js";
import { exportFirst, runSnapshot } from "./steps/runSnapshot.js";
import { dualWrite, newThenOld, shadow, toNew, verify } from "./steps/switchTo.js";

export const steps: readonly Step[] = [
  fill,
  dualWrite,
  exportFirst,
  runSnapshot,
  importSnapshot,
  settle,
  delta,
  verify,
  abortCopy,
  shadow,
  newThenOld,
  toNew,
  cleanup,
  rebuild,
  prove,
];
