/** What a room's processes found so far, a line each, so that one that hangs or dies loses nothing. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** `killed`: a test failed; `timeout`: no test ended; `survived`: none failed; `uncovered`: none came by. */
export type Status = "killed" | "timeout" | "survived" | "uncovered";

export interface Verdict {
  readonly id: string;
  readonly status: Status;
  /** The test that failed. */
  readonly by?: string;
}

type Entry =
  | { readonly begin: string }
  | Verdict
  /** Mutants of code that runs while modules load: they need the modules loaded anew. */
  | { readonly loading: readonly string[] }
  /** Tests that fail without any mutant, and therefore notice nothing. */
  | { readonly failing: readonly string[] }
  /** All mutants that need no loading have a verdict. */
  | { readonly done: true };

export class Journal {
  constructor(readonly path: string) {}

  write(entry: Entry): void {
    appendFileSync(this.path, `${JSON.stringify(entry)}\n`);
  }

  read() {
    const lines = existsSync(this.path) ? readFileSync(this.path, "utf8").split("\n").slice(0, -1) : [];
    const entries = lines.map((line) => JSON.parse(line) as Entry);
    const verdicts = new Map<string, Verdict>();
    let begun: string | null = null;
    for (const entry of entries) {
      if ("begin" in entry) begun = entry.begin;
      if ("status" in entry) {
        verdicts.set(entry.id, entry);
        begun = null;
      }
    }
    return {
      lines: lines.length,
      verdicts,
      /** The mutant that was on when the process ended; null when none was. */
      begun,
      loading: entries.flatMap((entry) => ("loading" in entry ? entry.loading : [])),
      failing: new Set(entries.flatMap((entry) => ("failing" in entry ? entry.failing : []))),
      isDone: entries.some((entry) => "done" in entry),
    };
  }
}
