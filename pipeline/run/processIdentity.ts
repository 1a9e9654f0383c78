import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Tells one process from every other, also from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** When it started, in a form that is only good for comparing; null where the system does not say. */
  readonly start: string | null;
}

/** Linux: the boot and the clock tick at which the process started. Elsewhere null: then only the number counts. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces; field 22 is the 20th behind it.
    const tick = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return tick === undefined ? null : `${boot}/${tick}`;
  } catch {
    return null;
  }
}

export function ownIdentity(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, start: startOf(process.pid) };
}

/** Whether that process still runs. One of another machine is taken to run: nothing here can tell. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true;
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const start = startOf(identity.pid);
  return start === null || identity.start === null || start === identity.start;
}
