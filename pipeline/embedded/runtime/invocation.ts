/** One function while it runs: where its syscalls arrive. */
import type { UserIdentity } from "convex/server";
import { FunctionError } from "../functions/functionError.js";
import type { RegisteredFunction } from "../functions/registeredFunctions.js";
import type { QueryStream } from "../queries/queryStream.js";
import type { Scheduler } from "../scheduler.js";
import type { Store } from "../store/store.js";
import type { Transaction } from "../transaction/transaction.js";
import type { Runtime } from "./globalConvex.js";
import { Lock } from "./lock.js";
import { Stopwatch } from "./stopwatch.js";
import { jsSyscalls } from "./storageSyscalls.js";
import { asyncSyscalls, syncSyscalls } from "./syscalls.js";

/** What a deployment does for the functions that run in it. */
export interface Host {
  readonly store: Store;
  readonly scheduler: Scheduler;
  readonly paginatedQueries: number;
  /** Bytes of log and index entries a second; null for any number. */
  readonly writeRate: number | null;
  readonly userMilliseconds: number;
  readonly monotonic: () => number;
  readonly processor: () => number;
  /** The function at a path. @throws FunctionError when there is none of that kind */
  find(path: string, kind: "query" | "mutation" | "action" | "any"): RegisteredFunction;
  /** Runs a query or mutation within a transaction that is under way. @returns JSON text */
  callWithin(transaction: Transaction, called: RegisteredFunction, args: unknown, caller: Invocation): Promise<string>;
  /** Runs a function for an action, on its own. @returns JSON text */
  callApart(called: RegisteredFunction, args: unknown, caller: Invocation): Promise<string>;
  /** Does some writing for an action, as a transaction of its own. */
  transact<Result>(work: (transaction: Transaction) => Result): Promise<Result>;
}

export class Invocation implements Runtime {
  readonly streams = new Map<number, QueryStream>();
  nextStream = 0;
  /** Functions called within a transaction run one behind the other. */
  readonly nested = new Lock();
  pages = 0;
  private readonly stopwatch: Stopwatch;
  private readonly begun: number;
  private isOver = false;

  /** @param transaction null in an action */
  constructor(
    readonly host: Host,
    readonly running: RegisteredFunction,
    readonly transaction: Transaction | null,
    readonly identity: UserIdentity | null,
  ) {
    this.stopwatch = new Stopwatch(host.monotonic);
    this.begun = host.processor();
  }

  syscall(operation: string, args: string): string {
    const handler = syncSyscalls[operation];
    if (handler === undefined) throw new FunctionError(`Unknown operation ${operation}`);
    this.enter();
    try {
      return handler(this, JSON.parse(args) as never);
    } finally {
      this.stopwatch.resume();
    }
  }

  async asyncSyscall(operation: string, args: string): Promise<string> {
    const handler = asyncSyscalls[operation];
    if (handler === undefined) throw new FunctionError(`Unknown async operation ${operation}`);
    this.enter();
    try {
      const answer = handler(this, JSON.parse(args) as never);
      // Most answers are there at once, and waiting costs turns of the queue.
      return typeof answer === "string" ? answer : await answer;
    } finally {
      this.stopwatch.resume();
    }
  }

  async jsSyscall(operation: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    const handler = jsSyscalls[operation];
    if (handler === undefined) throw new FunctionError(`Unknown operation ${operation}`);
    return await handler(this, args as never);
  }

  /** The transaction of a query or mutation. @throws FunctionError in an action, which has none */
  reading(): Transaction {
    if (this.transaction === null) throw new FunctionError("Actions have no database; call a query or a mutation");
    return this.transaction;
  }

  /** The transaction of a mutation. */
  writing(): Transaction {
    if (this.running.kind === "query") throw new FunctionError("Queries cannot write");
    return this.reading();
  }

  /** @throws FunctionError when the function's code has taken more time than it may */
  checkTime(): void {
    const { userMilliseconds } = this.host;
    // Actions are waiting most of their time, and may take minutes.
    if (this.transaction === null || this.stopwatch.milliseconds <= userMilliseconds) return;
    // Time passes on a busy machine too, while the function has no processor: that is not its code.
    if (this.host.processor() - this.begun <= userMilliseconds) return;
    throw new FunctionError(`Function execution timed out (maximum duration: ${userMilliseconds / 1000}s)`);
  }

  /** The function has answered: a promise it has left behind can do nothing more, and the functions it has called come to their end. */
  async end(): Promise<void> {
    this.isOver = true;
    await this.nested.run(() => {});
  }

  private enter(): void {
    if (this.isOver) throw new FunctionError("The function has ended; a promise of it was not awaited");
    this.checkTime();
    this.stopwatch.pause();
  }
}
