/** Sends the batches of a plan: several at a time, each until it has an answer, is divided, or is given up (spec 6, Failing). */
import { UnnestError } from "../errors.js";
import { CallFailure, type CallFailureKind } from "../remote/callFailure.js";
import { remoteError } from "../remote/remoteError.js";
import { correctionsAnswer, functionOf, type ItemsAnswer, isWhole, itemsAnswer } from "./answers.js";
import type { Batch } from "./batch.js";
import { BatchQueue } from "./batchQueue.js";
import { BatchSizes } from "./batchSizes.js";
import { type Calling, callBatch, isDivisible, LosesAgain } from "./callBatch.js";
import { type Contents, hashOf, readContents } from "./contents.js";
import type { Journal } from "./journal.js";
import type { LinePlace } from "./lineFile.js";
import { beginningOf, halvesOf, restOf, type Slice } from "./slices.js";
import { Tally } from "./tally.js";
import type { BatchBounds } from "./usage.js";

export interface Sending extends Calling {
  readonly lines: { line(place: LinePlace): Promise<string> };
  readonly journal: Journal;
  /** Larger batches are divided before they are sent. */
  readonly bounds: BatchBounds;
  /** Aborted by Ctrl-C: what is in flight ends, nothing else begins. */
  readonly signal: AbortSignal;
  /** Called after every answer, with the items that are through by it. */
  onAnswer(items: number, tally: Tally): void;
  /** Something worth a line: ids and names only. */
  onNote(text: string): void;
}

/** Batches given up one after another, with no answer between, before it must be the function that fails. */
const mostFailures = 8;

/** Batches without an answer one after another before it must be the deployment that is out of reach. */
const mostUnanswered = 4;

const noAnswer: ReadonlySet<CallFailureKind> = new Set(["lost", "overloaded"]);

/** Refusals that end a phase: nothing of it can be written any more. */
const phaseEnds: ReadonlySet<string> = new Set(["epoch_ended", "phase_off"]);

export class Sender {
  readonly tally = new Tally();
  /** Phases that the deployment refused, by code. */
  readonly ended = new Map<string, string>();
  /** What ended everything. */
  stopped: { readonly error: unknown } | null = null;
  private readonly queue: BatchQueue;
  private readonly sizes: BatchSizes;
  private failures = 0;
  /** Answers so far, refusals and failures of functions too. */
  private answered = 0;
  /** Batches in a row that have none. */
  private unanswered = 0;
  /** Numbers of batches that had none, and of their slices: the next time it is they that are at fault. */
  private readonly suspects = new Set<number>();

  constructor(
    private readonly sending: Sending,
    batches: readonly Batch[],
  ) {
    this.queue = new BatchQueue(batches);
    this.sizes = new BatchSizes(sending.bounds);
  }

  /** Sends until nothing is left, or something ended it. Never throws for what a batch does. */
  async run(): Promise<void> {
    const { concurrency, signal, journal } = this.sending;
    const underWay = new Set<Promise<void>>();
    for (;;) {
      const batch = this.isOver(signal) || concurrency.free <= 0 ? null : this.queue.take();
      if (batch === null) {
        if (underWay.size === 0) break;
        await Promise.race(underWay);
        continue;
      }
      const work = concurrency
        .run(() => this.deliver(batch))
        .catch((error: unknown) => {
          // Ctrl-C, before the call: nothing of the batch is done.
          if (!signal.aborted) this.stopped ??= { error };
        })
        .finally(() => {
          this.queue.ended(batch);
          underWay.delete(work);
        });
      underWay.add(work);
    }
    await journal.flush();
  }

  /** The least number of calls that were allowed under way at once. */
  get leastConcurrency(): number {
    return this.sending.concurrency.lowest;
  }

  private isOver(signal: AbortSignal): boolean {
    return signal.aborted || this.stopped !== null;
  }

  private async deliver(batch: Batch): Promise<void> {
    const { journal, lines } = this.sending;
    const contents = await readContents(lines, batch);
    if (isDivisible(batch) && !this.sizes.allow(batch)) {
      this.divide(batch, contents);
      return;
    }
    journal.set(batch, { state: "sent", attempts: batch.attempts + 1 });
    const { answered } = this;
    try {
      await this.send(batch, contents);
      this.failures = 0;
      this.takeSign();
      this.sizes.answered();
    } catch (error) {
      if (error instanceof CallFailure && noAnswer.has(error.kind))
        this.settleUnanswered(batch, contents, error, this.answered > answered);
      else this.settle(batch, contents, error);
    }
  }

  private async send(batch: Batch, contents: Contents): Promise<void> {
    const { phase: migrationId, epoch, batchId } = batch;
    if (batch.kind === "corrections") {
      const args = { migrationId, epoch, ...contents.members };
      const answer = await callBatch(this.sending, this.tally, batch, args, correctionsAnswer);
      this.tally.touches += answer.touches;
      this.done(batch, answer);
      return;
    }
    const args = { migrationId, epoch, batchId, hash: hashOf(contents), ...contents.members };
    const answer = await callBatch(this.sending, this.tally, batch, args, itemsAnswer);
    if (!isWhole(answer, batch.items))
      throw new CallFailure("malformed", { path: functionOf[batch.kind], status: 200, detail: "its outcomes" });
    this.takeAnswer(batch, contents, answer);
  }

  private takeAnswer(batch: Batch, contents: Contents, answer: ItemsAnswer): void {
    const { tally, sending } = this;
    for (const [item, outcome] of answer.outcomes.entries()) {
      tally.count(outcome);
      if (outcome === "inserted") tally.rows += contents.costs[item]?.rows ?? 0;
    }
    for (const { list, at, code, table, column = null } of answer.faults) {
      const document = list === "parts" || list === "patches" ? contents.documentOf(at) : null;
      const where = document === null ? "" : ` of ${document.table} ${document.documentId}`;
      sending.onNote(`invalid: a row of ${table}${where} (${code}${column === null ? "" : `, ${column}`})`);
    }
    if (answer.rest === null) this.done(batch, answer);
    else this.done(batch, answer, beginningOf(batch, contents, answer.rest), [restOf(batch, contents, answer.rest)]);
  }

  /** @param through what was done of the batch: all of it, or what stands before the rest */
  private done(batch: Batch, answer: object, through: Slice = batch, rest: readonly Slice[] = []): void {
    const { tally, sending } = this;
    this.queue.putFirst(sending.journal.set(batch, { state: "done", answer: JSON.stringify(answer) }, rest));
    tally.done += 1;
    tally.items += through.items;
    tally.argumentBytes += through.argumentBytes;
    tally.writeBytes += through.writeBytes;
    sending.onAnswer(through.items, tally);
  }

  /** The deployment is there. */
  private takeSign(): void {
    this.answered += 1;
    this.unanswered = 0;
  }

  /**
   * What to do about a batch that has no answer, however often it was sent. Either nothing has one, or there is something in it that kills
   * the call: then others are answered, before it is tried again or meanwhile, and it is divided down to what does.
   */
  private settleUnanswered(batch: Batch, contents: Contents, error: CallFailure, othersAre: boolean): void {
    this.unanswered += 1;
    if (this.unanswered >= mostUnanswered) this.stopped ??= { error: remoteError(error) };
    else if (!othersAre && !this.suspects.has(batch.number)) {
      this.suspects.add(batch.number);
      this.queue.putLast([batch]);
    } else if (isDivisible(batch)) {
      this.suspects.add(batch.number);
      this.divide(batch, contents);
    } else this.giveUp(batch, contents, error.kind);
  }

  /** What to do about a batch that was refused, or failed. */
  private settle(batch: Batch, contents: Contents, error: unknown): void {
    const { journal, signal } = this.sending;
    if (error instanceof CallFailure || error instanceof LosesAgain) this.takeSign();
    if (error instanceof LosesAgain) this.divideForGood(batch, contents);
    else if (!(error instanceof CallFailure)) {
      if (!signal.aborted) throw error;
    } else if (error.kind === "failed" && isDivisible(batch)) this.divideForGood(batch, contents);
    else if (error.kind === "denied") this.stopped ??= { error: remoteError(error) };
    else if (error.code === "superseded") {
      this.tally.superseded += 1;
      this.done(batch, { superseded: true });
    } else if (error.code !== null && phaseEnds.has(error.code)) {
      journal.set(batch, { state: "planned", failure: error.code });
      this.ended.set(batch.phase, error.code);
      this.queue.close(batch.phase);
    } else this.giveUp(batch, contents, error.code ?? error.kind);
  }

  private giveUp(batch: Batch, contents: Contents, code: string): void {
    const { phase, batchId, kind, items } = batch;
    const { journal, onNote, remote } = this.sending;
    journal.set(batch, { state: "failed", failure: code });
    const document = contents.documentOf(0);
    this.tally.failed.push({ phase, batchId, kind, items, code, document });
    onNote(
      `failed: batch ${batchId} of ${phase} (${code})${document === null ? "" : `, ${document.table} ${document.documentId}`}`,
    );
    this.failures += 1;
    if (this.failures < mostFailures) return;
    this.stopped ??= {
      error: new UnnestError("IMPORT_FAILING", "One batch after another fails in the deployment.", {
        deployment: remote.name,
        function: functionOf[kind],
        code,
      }),
    };
  }

  /** A batch that was too much: later ones are to be smaller too. */
  private divideForGood(batch: Batch, contents: Contents): void {
    this.sizes.shrink(batch);
    this.divide(batch, contents);
  }

  private divide(batch: Batch, contents: Contents): void {
    const { journal } = this.sending;
    this.tally.splits += 1;
    const halves = journal.set(batch, { state: "split" }, halvesOf(batch, contents));
    if (!this.suspects.has(batch.number)) this.queue.putFirst(halves);
    else {
      for (const { number } of halves) this.suspects.add(number);
      this.queue.putLast(halves);
    }
  }
}
