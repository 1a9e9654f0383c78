/** The rehearsal: reading this list is reading a whole migration, and its ways back. */
import type { Step } from "./step.js";
import { abortCopy } from "./steps/abortCopy.js";
import { cleanup } from "./steps/cleanup.js";
import { delta } from "./steps/delta.js";
import { dualWrite } from "./steps/dualWrite.js";
import { exportFirst } from "./steps/exportFirst.js";
import { fill } from "./steps/fill.js";
import { importSnapshot } from "./steps/importSnapshot.js";
import { newThenOld, shadow, toNew } from "./steps/moveReads.js";
import { prove } from "./steps/prove.js";
import { rebuild } from "./steps/rebuild.js";
import { runSnapshot } from "./steps/runSnapshot.js";
import { settle } from "./steps/settle.js";
import { verify } from "./steps/verify.js";

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
