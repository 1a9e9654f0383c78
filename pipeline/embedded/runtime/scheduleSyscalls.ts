/** Scheduling functions, as `convex/server` asks for it. */
import type { JSONValue } from "convex/values";
import { type FunctionAddress, pathOf } from "./callSyscalls.js";
import type { Invocation } from "./invocation.js";
import type { AsyncSyscall } from "./syscalls.js";

interface ScheduleArguments extends FunctionAddress {
  readonly args: JSONValue;
  /** Seconds since 1970. */
  readonly ts: number;
}

const empty = "{}";

export const scheduleSyscalls = {
  "1.0/schedule": (invocation: Invocation, call: ScheduleArguments) => {
    const { scheduler } = invocation.host;
    return JSON.stringify(scheduler.schedule(invocation.writing(), pathOf(call), call.args, call.ts * 1000));
  },
  "1.0/cancel_job": (invocation: Invocation, { id }: { id: string }) => {
    invocation.host.scheduler.cancel(invocation.writing(), id);
    return empty;
  },
  "1.0/actions/schedule": async ({ host }: Invocation, call: ScheduleArguments) =>
    await host.transact((transaction) =>
      JSON.stringify(host.scheduler.schedule(transaction, pathOf(call), call.args, call.ts * 1000)),
    ),
  "1.0/actions/cancel_job": async ({ host }: Invocation, { id }: { id: string }) => {
    await host.transact((transaction) => host.scheduler.cancel(transaction, id));
    return empty;
  },
} satisfies Record<string, AsyncSyscall>;
