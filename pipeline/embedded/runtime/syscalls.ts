/** Everything that `convex/server` asks its runtime for (spec 9), by the names it uses. */

import { callSyscalls } from "./callSyscalls.js";
import type { Invocation } from "./invocation.js";
import { metaSyscalls } from "./metaSyscalls.js";
import { readSyscalls, syncReadSyscalls } from "./readSyscalls.js";
import { scheduleSyscalls } from "./scheduleSyscalls.js";
import { storageSyscalls } from "./storageSyscalls.js";
import { writeSyscalls } from "./writeSyscalls.js";

/** Arguments as `convex/server` sends them; the answer is a JSON text. */
export type SyncSyscall = (invocation: Invocation, args: never) => string;
export type AsyncSyscall = (invocation: Invocation, args: never) => string | Promise<string>;

export const syncSyscalls: Readonly<Record<string, SyncSyscall>> = syncReadSyscalls;

export const asyncSyscalls: Readonly<Record<string, AsyncSyscall>> = {
  ...readSyscalls,
  ...writeSyscalls,
  ...callSyscalls,
  ...scheduleSyscalls,
  ...storageSyscalls,
  ...metaSyscalls,
};
