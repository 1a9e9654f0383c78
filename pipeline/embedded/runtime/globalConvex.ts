/**
 * `globalThis.Convex`, through which functions built with `convex/server` reach their deployment. The global is one for the process:
 * which deployment and which call it leads to travels with the call.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** What a function calls; arguments and answers are JSON texts. */
export interface Runtime {
  syscall(operation: string, args: string): string;
  asyncSyscall(operation: string, args: string): Promise<string>;
  jsSyscall(operation: string, args: Readonly<Record<string, unknown>>): unknown;
}

const current = new AsyncLocalStorage<Runtime>();

/** Another runtime in this process, such as `convex-test`'s, for calls that are none of ours. */
let other: Runtime | undefined;
let isInstalled = false;

const ours: Runtime = {
  syscall: (operation, args) => active().syscall(operation, args),
  asyncSyscall: (operation, args) => active().asyncSyscall(operation, args),
  jsSyscall: (operation, args) => active().jsSyscall(operation, args),
};

function active(): Runtime {
  const runtime = current.getStore() ?? other;
  if (runtime === undefined) throw new Error("a Convex function was run outside of a deployment");
  return runtime;
}

function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  other = (globalThis as { Convex?: Runtime }).Convex;
  Object.defineProperty(globalThis, "Convex", {
    configurable: true,
    get: () => ours,
    set: (runtime: Runtime) => {
      other = runtime;
    },
  });
}

/** Runs a function's code with a runtime of its own, which everything it awaits keeps. */
export function withRuntime<Result>(runtime: Runtime, work: () => Promise<Result>): Promise<Result> {
  install();
  return current.run(runtime, work);
}

/** Runs what must not belong to the call it was started from. */
export function outsideOfCalls<Result>(work: () => Result): Result {
  return current.exit(work);
}
