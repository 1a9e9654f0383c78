/**
 * A small deployment in this process: it runs functions built with `convex/server` over documents in memory, as spec 9 says a
 * deployment does. For rehearsals, tests and the quick start.
 *
 * Queries and mutations run one at a time, each as a transaction over all tables, so none conflicts with another; actions run
 * beside them and call them. A function's `Date.now()` is the process's own clock, not `now`.
 */
import type { GenericSchema, SchemaDefinition } from "convex/server";
import { type JSONValue, jsonToConvex } from "convex/values";
import { type FunctionLimits, functionLimits } from "../convexFormat/functionLimits.js";
import type { IdTable } from "../model/validateValue.js";
import type { Caller, CallResult } from "./callResult.js";
import { Counters } from "./counters.js";
import { errorResult, forCaller } from "./functions/callErrors.js";
import { checkArguments, checkReturn } from "./functions/checkCall.js";
import { FunctionError } from "./functions/functionError.js";
import {
  canonicalPath,
  type FunctionKind,
  type Modules,
  type RegisteredFunction,
  registeredFunctions,
} from "./functions/registeredFunctions.js";
import { withRuntime } from "./runtime/globalConvex.js";
import { type Host, Invocation } from "./runtime/invocation.js";
import { Lock } from "./runtime/lock.js";
import { WriteRate } from "./runtime/writeRate.js";
import { type Bracket, Scheduler } from "./scheduler.js";
import { checkDocument } from "./schema/checkDocument.js";
import { Store } from "./store/store.js";
import type { Fields } from "./store/table.js";
import { NewDocuments } from "./transaction/newDocuments.js";
import { Transaction } from "./transaction/transaction.js";
import { noUse } from "./transaction/usage.js";

export interface EmbeddedOptions {
  readonly schema: SchemaDefinition<GenericSchema, boolean>;
  /** What each module exports, by its path: `unnest` → `{status, …}`, called as `unnest:status`. */
  readonly modules: Modules;
  /** At least 0, less than 1; ids come from it. */
  readonly random: () => number;
  /** Milliseconds since 1970; creation times and the scheduler go by it. */
  readonly now?: () => number;
  /** Milliseconds from any beginning, by which a function's own time is measured. */
  readonly monotonic?: () => number;
  /** Milliseconds of processor time of this process; `monotonic` where that alone is given. */
  readonly processor?: () => number;
  /** Leaves out of errors what a production deployment leaves out; so by default. */
  readonly redact?: boolean;
  /** Bytes of log and index entries a sliding second; null, as by default, for any number. */
  readonly writeRate?: number | null;
  readonly limits?: Partial<FunctionLimits>;
}

export type CallKind = FunctionKind | "any";

export class EmbeddedDeployment {
  readonly store: Store;
  readonly counters = new Counters();
  readonly schema: SchemaDefinition<GenericSchema, boolean>;
  private readonly functions: ReadonlyMap<string, RegisteredFunction>;
  private readonly limits: FunctionLimits;
  private readonly redact: boolean;
  private readonly random: () => number;
  /** Gives ids and creation times. */
  readonly newDocuments: NewDocuments;
  private readonly transactions = new Lock();
  private readonly writeRate: WriteRate;
  private readonly scheduler: Scheduler;
  private readonly now: () => number;
  private readonly host: Host;

  static async create(options: EmbeddedOptions): Promise<EmbeddedDeployment> {
    return new EmbeddedDeployment(options);
  }

  private constructor(options: EmbeddedOptions) {
    const { schema, modules, random, redact = true, writeRate = null } = options;
    const { now = () => Date.now(), monotonic = () => performance.now() } = options;
    const { processor = options.monotonic ?? processorTime } = options;
    this.schema = schema;
    this.store = new Store(schema);
    this.functions = registeredFunctions(modules);
    this.limits = { ...functionLimits, ...options.limits };
    this.redact = redact;
    this.random = random;
    this.now = now;
    this.newDocuments = new NewDocuments(random, now);
    this.writeRate = new WriteRate(writeRate, now);
    this.scheduler = new Scheduler({
      store: this.store,
      now,
      kindOf: (path) => this.functions.get(canonicalPath(path))?.kind ?? null,
      mustWait: () => this.writeRate.isExceeded,
      runMutation: async (path, args, bracket) => {
        await this.start(this.find(path, "mutation"), args, null, bracket);
      },
      runAction: async (path, args) => {
        await this.start(this.find(path, "action"), args, null);
      },
      transact: async (work) => await this.transact(work),
    });
    this.host = {
      store: this.store,
      scheduler: this.scheduler,
      writeRate,
      paginatedQueries: this.limits.paginatedQueries,
      userMilliseconds: this.limits.userMilliseconds,
      monotonic,
      processor,
      find: (path, kind) => this.find(path, kind),
      callWithin: async (transaction, called, args, caller) =>
        await this.run(new Invocation(this.host, called, transaction, caller.identity), args as JSONValue),
      callApart: async (called, args, caller) => await this.start(called, args as JSONValue, caller.identity),
      transact: async (work) => await this.transact(work),
    };
  }

  /**
   * Calls a function, as a client does. What the function throws is in the result; this throws for defects of the engine alone.
   *
   * @param path `dir/file:name`
   * @param args an object, or an array of one, in Convex's JSON encoding
   */
  async call(kind: CallKind, path: string, args: JSONValue, caller: Caller): Promise<CallResult> {
    try {
      const called = this.find(path, kind, caller.admin);
      if (called.kind === "mutation" && this.writeRate.isExceeded) return tooManyWrites;
      const [only] = Array.isArray(args) ? args : [args];
      const answer = await this.start(called, only ?? {}, caller.identity ?? null);
      return { status: "success", value: JSON.parse(answer) as JSONValue, logLines: [] };
    } catch (error) {
      return errorResult(error, this.requestId(), this.redact);
    }
  }

  /**
   * Why a table cannot hold a document, in the backend's words, or null.
   *
   * @param size of the document in bytes
   * @param idTable the table an id is of, where other tables than the deployment's own count
   */
  checkDocument(table: string, fields: Fields, size: number, idTable: IdTable = this.idTable): string | null {
    return checkDocument(this.schema, table, fields, size, idTable);
  }

  /**
   * Runs the scheduled functions that are due one after another, and those that they schedule, as long as these are due too.
   *
   * @param until milliseconds since 1970; now, where it is not given
   * @returns how many were run
   */
  async runScheduled(until: number = this.now()): Promise<number> {
    return await this.scheduler.runDue(until);
  }

  /** Runs scheduled functions when they are due, until the scheduler is stopped. */
  startScheduler(): void {
    this.scheduler.start();
  }

  /** Begins no more scheduled functions, and waits for those under way. */
  async stopScheduler(): Promise<void> {
    await this.scheduler.stop();
  }

  /** Resolves when no scheduled function is under way. */
  async scheduledSettled(): Promise<void> {
    await this.scheduler.settled();
  }

  /** When the next scheduled function is due, in milliseconds since 1970; null when there is none. */
  get nextScheduledTime(): number | null {
    return this.scheduler.nextTime;
  }

  /** Runs some work on the store while no query or mutation runs. */
  async exclusively<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    return await this.transactions.run(work);
  }

  private readonly idTable: IdTable = (id) => this.store.tableOfId(id)?.name ?? null;

  private find(path: string, kind: CallKind, withInternal = true): RegisteredFunction {
    const called = this.functions.get(canonicalPath(path));
    if (called === undefined || !(called.isPublic || withInternal)) {
      throw new FunctionError(
        `Could not find ${withInternal ? "" : "public "}function for '${path}'. Did you forget to run \`npx convex dev\` or \`npx convex deploy\`?`,
      );
    }
    if (kind !== "any" && called.kind !== kind) {
      throw new FunctionError(`Trying to execute ${path} as ${kind}, but it is defined as ${called.kind}.`);
    }
    return called;
  }

  /**
   * Runs a function that no transaction is under way for.
   *
   * @param bracket what a scheduled mutation's transaction does besides
   * @returns JSON text
   */
  private async start(
    called: RegisteredFunction,
    args: JSONValue,
    identity: Caller["identity"],
    bracket?: Bracket,
  ): Promise<string> {
    const invoke = async (transaction: Transaction | null) =>
      await this.run(new Invocation(this.host, called, transaction, identity ?? null), args);
    if (called.kind === "action") return await this.counted(called, async () => await invoke(null));
    return await this.transact(async (transaction) => {
      if (bracket?.begin() === false) return "null";
      const answer = await invoke(transaction);
      bracket?.complete(transaction);
      return answer;
    }, called);
  }

  /** Counts an action; what it reads and writes is counted for the functions it calls. */
  private async counted(called: RegisteredFunction, work: () => Promise<string>): Promise<string> {
    let failed = true;
    try {
      const answer = await work();
      failed = false;
      return answer;
    } finally {
      this.counters.add(called.path, noUse(), 0, failed);
    }
  }

  /** Does some work as a transaction: kept as a whole, or not at all. */
  private async transact<Result>(
    work: (transaction: Transaction) => Promise<Result> | Result,
    called: RegisteredFunction | null = null,
  ): Promise<Result> {
    return await this.transactions.run(async () => {
      const transaction = new Transaction({
        limits: this.limits,
        check: (table, fields, size) => this.checkDocument(table, fields, size),
        newDocuments: this.newDocuments,
      });
      let failed = true;
      let writeCost = 0;
      try {
        const result = await work(transaction);
        writeCost = transaction.commit();
        this.writeRate.add(writeCost);
        failed = false;
        this.scheduler.wake();
        return result;
      } finally {
        if (failed) transaction.undo();
        if (called !== null) this.counters.add(called.path, transaction.usage.used, writeCost, failed);
      }
    });
  }

  private async run(invocation: Invocation, args: JSONValue): Promise<string> {
    const { running } = invocation;
    checkArguments(running, jsonToConvex(args), this.limits, this.idTable);
    try {
      const answer = await withRuntime(invocation, async () => await running.invoke(JSON.stringify([args])));
      invocation.checkTime();
      checkReturn(running, JSON.parse(answer) as JSONValue, this.limits, this.idTable);
      return answer;
    } catch (error) {
      throw forCaller(error);
    } finally {
      // What it called and did not wait for still belongs to this transaction.
      await invocation.end();
    }
  }

  private requestId(): string {
    return Array.from({ length: 16 }, () => Math.floor(this.random() * 16).toString(16)).join("");
  }
}

const tooManyWrites: CallResult = {
  status: "rejected",
  http: 429,
  code: "TooManyWrites",
  message: "Too many writes per second. Try again later, or write less.",
};

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
