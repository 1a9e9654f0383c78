import type { AnyWriter } from "../documents.js";
import type { JobRequest } from "./queueJob.js";

/**
 * So many writes of a mutation are followed at once, so that it sees their rows itself; what follows from later ones waits for the end. In
 * `cleaned` each may take a dozen index intervals, of which a mutation of 4,000 documents leaves less than a hundred.
 */
const maxFollowedAtOnce = 2;

/** So many writes may put into rows at once what they say of moved fields, once rows are the truth. */
const maxHeldAtOnce = 16;

/** From so many writes on a mutation may come to the limits of a transaction: a record of what may be lost is made while it still fits. */
const largeMutation = 64;

/** Work that waits, and how it is tried at the end; null where it was tried already. */
interface Waiting {
  readonly request: JobRequest;
  readonly attempt: (() => Promise<boolean>) | null;
}

/**
 * What follows from a mutation's writes and waits for its end, where it is known what the mutation itself left of the transaction: so that
 * one of thousands of documents, which is legal by itself, stays so. `settle` works it off.
 */
export class Backlog {
  private writes = 0;
  private isSettling = false;
  private readonly requests = new Map<string, Waiting>();
  /** Ids of the marks made early, by phase. */
  readonly marks = new Map<string, string>();
  /** Phases of which something was left to delta, since it did not fit or the document could not be looked at. */
  readonly unfollowed = new Set<string>();

  constructor(private readonly db: AnyWriter) {}

  /** Another write of a document. */
  countWrite(): void {
    this.writes++;
  }

  /** Does what follows from a write wait? @param hasBegun did following take a notable share of the transaction already? */
  defers(hasBegun: boolean): boolean {
    return !this.isSettling && (hasBegun || this.writes > maxFollowedAtOnce);
  }

  /** Is what a write says of moved fields left in the document, for a job? */
  leavesFields(): boolean {
    return this.writes > maxHeldAtOnce;
  }

  /** Are jobs gathered, to be written together? */
  gathers(hasBegun: boolean): boolean {
    return this.isSettling || this.defers(hasBegun);
  }

  /** From here on work is done as it comes. */
  startSettling(): void {
    this.isSettling = true;
  }

  /** Each work once, however often it is asked for. */
  async add(request: JobRequest, attempt: (() => Promise<boolean>) | null): Promise<void> {
    this.requests.set(nameOf(request), { request, attempt });
    await this.expect(request.phase);
  }

  /** Something of this phase waits: makes its mark, in a mutation so large that none may fit at its end. */
  async expect(phase: string): Promise<void> {
    if (this.writes < largeMutation || this.marks.has(phase)) return;
    this.marks.set(phase, "");
    this.marks.set(phase, await this.db.insert("unnestJobs", driftMark(phase)));
  }

  /** Something of this phase is left to delta. */
  leave(phase: string): void {
    this.unfollowed.add(phase);
  }

  /** Does this work wait? Rows may be behind their document until it is done. */
  waitsFor(work: Work): boolean {
    return this.requests.has(nameOf(work));
  }

  /** Those that wait; what is added while they are gone through comes too. */
  waiting(): Iterable<[string, Waiting]> {
    return this.requests;
  }

  done(name: string): void {
    this.requests.delete(name);
  }

  left(): JobRequest[] {
    return [...this.requests.values()].map(({ request }) => request);
  }
}

type Work = Pick<JobRequest, "phase" | "kind" | "documentId">;

/** What makes two requests the same work. */
export function nameOf({ phase, kind, documentId }: Work): string {
  return JSON.stringify([phase, kind, documentId]);
}

/** What waits in a mutation, by the database that its reads go through. */
const backlogs = new WeakMap<object, Backlog>();

export function keepBacklog(db: object, backlog: Backlog): void {
  backlogs.set(db, backlog);
}

export function backlogOf(db: object): Backlog | undefined {
  return backlogs.get(db);
}

/** The kind of a job that is none: it says that a mutation's writes were not followed, so that drift is possible until delta has run. */
export const driftMarkKind = "unfollowed";

/** Quarantined from the beginning: nobody but an operator, who has run delta, takes it away. */
export function driftMark(phase: string) {
  const at = { table: "", documentId: driftMarkKind };
  return { migrationId: phase, epoch: 0, kind: driftMarkKind, ...at, attempts: 5, createdAt: Date.now() };
}
