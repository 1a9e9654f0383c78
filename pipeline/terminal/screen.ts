/** Where a command shows how far it is. Results do not go here: a command returns them and cli.ts prints them. */
import type { CallFacts, Progress, ProgressUnit } from "../run/progress.js";
import type { StageRecord } from "../run/record.js";
import { formatBytes, formatCount, formatSeconds } from "./quantities.js";

export interface Screen {
  readonly progress: Progress;
  /** A stage has ended, or was found done (`kept`). */
  stage(stage: StageRecord, kept: boolean): void;
}

/** The line a stage leaves on the screen. */
export function stageLine({ name, status, rows, bytes, seconds, error }: StageRecord, kept: boolean): string {
  const head = name.padEnd(10);
  if (status === "failed") return `${head} failed after ${formatSeconds(seconds)} (${error})`;
  const what = `${`${formatCount(rows)} rows`.padStart(16)}  ${formatBytes(bytes).padStart(10)}`;
  return `${head}${what}  ${kept ? "done before" : formatSeconds(seconds).padStart(8)}`;
}

/** What has been done of a unit: `310.0 MiB of 750.0 MiB`, `1,000 of 4,000 rows`, and what calls have come to. */
export function amount(done: number, total: number | undefined, unit: ProgressUnit, facts?: CallFacts): string {
  const words = unit === "bytes" ? formatBytes : formatCount;
  const of = total === undefined ? "" : ` of ${words(total)}`;
  return `${words(done)}${of}${unit === "bytes" ? "" : ` ${unit}`}${facts === undefined ? "" : `, ${calls(facts)}`}`;
}

function calls({ bytes, bytesPerSecond, retries, concurrency, secondsLeft }: CallFacts): string {
  const again = retries === 0 ? "" : `, ${formatCount(retries)} retries`;
  const rate = `${formatBytes(bytes)}, ${formatBytes(Math.round(bytesPerSecond))}/s`;
  return `${rate}, ${concurrency} at once${again}, ${formatSeconds(secondsLeft)} left`;
}
