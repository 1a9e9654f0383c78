/**
 * Scheduled functions. Each is a document in `_scheduled_functions`, written by the transaction that scheduled it; the next one due is
 * found there by its state and time. A mutation's success is written by its own transaction, so that it runs exactly once; an action is
 * marked as begun before it runs, so that it runs at most once. Neither is tried again.
 */
import { type JSONValue, jsonToConvex } from "convex/values";
import { valueSize } from "../convexFormat/valueSize.js";
import { FunctionError } from "./functions/functionError.js";
import { canonicalPath } from "./functions/registeredFunctions.js";
import { outsideOfCalls } from "./runtime/globalConvex.js";
import { afterAll, encodeKey } from "./store/indexKey.js";
import { byState, type Store } from "./store/store.js";
import type { StoredDocument, Table } from "./store/table.js";
import type { JsonFields, Transaction } from "./transaction/transaction.js";

const scheduledFunctions = "_scheduled_functions";

/** `setTimeout` takes no more. */
const longestTimer = 2 ** 31 - 1;
/** Milliseconds until a function is looked at again that had to wait for other writes. */
const patience = 100;

/** What a deployment does for its scheduler. */
export interface SchedulerHost {
  readonly store: Store;
  readonly now: () => number;
  kindOf(path: string): "query" | "mutation" | "action" | null;
  /** Whether a mutation would be refused for what others have written. */
  mustWait(): boolean;
  /** Runs a mutation, with some work of the scheduler's own in its transaction; nothing where `begin` says no. */
  runMutation(path: string, args: JSONValue, bracket: Bracket): Promise<void>;
  runAction(path: string, args: JSONValue): Promise<void>;
  transact<Result>(work: (transaction: Transaction) => Result): Promise<Result>;
}

/** What stands around a function in its transaction. */
export interface Bracket {
  begin(): boolean;
  complete(transaction: Transaction): void;
}

export class Scheduler {
  /** Functions that are under way, by the ids of their documents. */
  private readonly underWay = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | null = null;
  private isStarted = false;

  constructor(private readonly host: SchedulerHost) {}

  /**
   * Schedules a function, if the transaction commits.
   *
   * @param time milliseconds since 1970
   * @returns the id of its document
   */
  schedule(transaction: Transaction, path: string, args: JSONValue, time: number): string {
    const [module, name] = canonicalPath(path).split(":");
    if (this.host.kindOf(path) === null) {
      throw new FunctionError(`Attempted to schedule function at nonexistent path: ${path}`);
    }
    transaction.usage.schedule(valueSize(jsonToConvex(args)));
    return transaction.insert(this.table, {
      name: `${module}.js:${name}`,
      args: [args],
      scheduledTime: time,
      state: { kind: "pending" },
    });
  }

  /** Cancels a function that has not run yet; one that has is left as it is. */
  cancel(transaction: Transaction, id: string): void {
    const state = this.stateOf(id);
    if (state === null) throw new FunctionError(`Attempted to cancel nonexistent scheduled function ${id}`);
    if (state === "pending" || state === "inProgress") this.finish(transaction, id, { kind: "canceled" });
  }

  /**
   * Runs one after another all functions that are due, and those that they schedule, as long as these are due as well.
   *
   * @param until milliseconds since 1970
   * @returns how many were run
   */
  async runDue(until: number): Promise<number> {
    let count = 0;
    for (let job = this.next(until); job !== null; job = this.next(until)) {
      if (this.mustWait(job)) break;
      await this.run(job);
      count++;
    }
    return count;
  }

  /** Runs functions when they are due, from now on. */
  start(): void {
    this.isStarted = true;
    this.wake();
  }

  /** Begins no more; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.isStarted = false;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    await this.settled();
  }

  /** Resolves when no function is under way, those included that are begun meanwhile. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay.values());
  }

  /** When the next function is due, in milliseconds since 1970; null when none is scheduled. */
  get nextTime(): number | null {
    const job = this.next(Number.POSITIVE_INFINITY);
    return job === null ? null : Number(this.fields(job).scheduledTime);
  }

  /** Looks again at what is due, after something was committed. */
  wake(): void {
    if (!this.isStarted) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const time = this.nextTime;
    if (time !== null) this.sleep(Math.max(0, time - this.host.now()));
  }

  private sleep(milliseconds: number): void {
    this.timer = outsideOfCalls(() => setTimeout(() => this.ring(), Math.min(milliseconds, longestTimer)));
    this.timer.unref();
  }

  private ring(): void {
    this.timer = null;
    const now = this.host.now();
    for (let job = this.next(now); job !== null; job = this.next(now)) {
      if (this.mustWait(job)) {
        this.sleep(patience);
        return;
      }
      void this.run(job);
    }
    this.wake();
  }

  /** Runs one function; what it throws is in its document. */
  private async run(job: StoredDocument): Promise<void> {
    const running = this.attempt(job).finally(() => {
      this.underWay.delete(job.id);
      this.wake();
    });
    this.underWay.set(job.id, running);
    await running;
  }

  private async attempt({ id }: StoredDocument): Promise<void> {
    const { host } = this;
    const job = this.table.get(id);
    if (job === null) return;
    const { path, args } = this.calledBy(job);
    const isPending = () => this.stateOf(id) === "pending";
    const complete = (transaction: Transaction) => this.finish(transaction, id, { kind: "success" });
    try {
      if (host.kindOf(path) === "mutation") {
        await host.runMutation(path, args, { begin: isPending, complete });
        return;
      }
      const isBegun = await host.transact((transaction) => {
        if (!isPending()) return false;
        this.setState(transaction, id, { kind: "inProgress" });
        return true;
      });
      if (!isBegun) return;
      await host.runAction(path, args);
      await host.transact(complete);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await host.transact((transaction) => this.finish(transaction, id, { kind: "failed", error: message }));
    }
  }

  /** The first pending function that is due and not under way. */
  private next(until: number): StoredDocument | null {
    const index = this.table.index(byState);
    const high = encodeKey(["pending", until]) + afterAll;
    let low = encodeKey(["pending"]);
    for (let entry = index?.first(low, high, "asc"); entry; entry = index?.first(low, high, "asc")) {
      if (!this.underWay.has(entry.document.id)) return entry.document;
      low = `${entry.key}\0`;
    }
    return null;
  }

  private mustWait(job: StoredDocument): boolean {
    return this.host.kindOf(this.calledBy(job).path) === "mutation" && this.host.mustWait();
  }

  private calledBy(job: StoredDocument): { readonly path: string; readonly args: JSONValue } {
    const { name, args } = this.fields(job);
    return { path: canonicalPath(String(name)), args: (args as JSONValue[])[0] ?? {} };
  }

  private finish(transaction: Transaction, id: string, state: JsonFields): void {
    this.setState(transaction, id, state, { completedTime: this.host.now() });
  }

  /** A function that was canceled while it ran stays so. */
  private setState(transaction: Transaction, id: string, state: JsonFields, more: JsonFields = {}): void {
    const job = this.table.get(id);
    if (job === null || this.stateOf(id) === "canceled") return;
    transaction.replace(this.table, job, { ...this.fields(job), ...more, state });
  }

  private stateOf(id: string): string | null {
    const job = this.table.get(id);
    return job === null ? null : (this.fields(job).state as { kind: string }).kind;
  }

  private fields(job: StoredDocument): JsonFields {
    return JSON.parse(this.table.textOf(job)) as JsonFields;
  }

  /** Looked up each time, since an import may have put another in its place. */
  private get table(): Table {
    const table = this.host.store.table(scheduledFunctions);
    if (table === undefined) throw new RangeError("a deployment has scheduled functions");
    return table;
  }
}
