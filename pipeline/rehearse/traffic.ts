/** Users who write while a rehearsal runs, as a rehearsal sees them. Who they are and what they do, the application's side knows. */
import type { Value } from "../../transforms/index.js";

/** A stretch of writing. */
export interface TrafficRound {
  /** Goes into what is chosen, so that two rounds differ. */
  readonly name: string;
  /** So many documents are to be written anew by all users together, counted once each. */
  readonly changes: number;
  /**
   * `plain`: an application that writes its old fields, by wrapped mutations, by helpers and, here and there, past the wrapper. `helpers`: one
   * that calls helpers for what moves, as it must once the old fields are gone.
   */
  readonly manner: "plain" | "helpers";
  /** Are there users, too, whose client still writes old fields, and has to be refused? */
  readonly stubborn: boolean;
  /** Ends the round early. */
  readonly signal: AbortSignal;
}

export interface Traffic {
  /** Resolves when every user has done what the round asks; what fails is in the log. */
  play(round: TrafficRound): Promise<void>;
  /**
   * What the application's pages show, asked about some of the documents that users know: the same ones each time.
   *
   * @returns the answers' text by question, such as `tool calls of <id>`
   */
  ask(questions: number): Promise<ReadonlyMap<string, string>>;
  readonly log: UserLog;
}

export interface UserActionCount {
  readonly done: number;
  /** Refused as it had to be. */
  readonly refused: number;
  /** Failed though nothing should have. */
  readonly failed: number;
}

/** What users did, told by themselves and not by the deployment. */
export interface UserLog {
  /** By what they did, as `tag a bookmark, by a helper`. */
  readonly actions: ReadonlyMap<string, UserActionCount>;
  /** The failures that nobody expected. */
  readonly unexpected: readonly string[];
  /** Documents written so far, counted once each. */
  readonly changed: number;
  /** By id: what has become of a table's documents. */
  written(table: string): ReadonlyMap<string, WrittenDocument>;
}

export interface WrittenDocument {
  readonly fate: "created" | "edited" | "deleted";
  /** Fields as last written; an undefined one is gone, one that is not named was left as it was. */
  readonly fields: Readonly<Record<string, Value | undefined>>;
}
