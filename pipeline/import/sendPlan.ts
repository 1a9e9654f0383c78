/** Sends a plan, counts what came of it in the deployment, and tells the deployment what is filled. */
import type { Database } from "../db/database.js";
import { UnnestError } from "../errors.js";
import type { RemoteDeployment } from "../remote/openRemote.js";
import type { DeploymentStatus } from "../remote/phaseStatus.js";
import { remoteError } from "../remote/remoteError.js";
import type { RetryOptions } from "../remote/withRetries.js";
import type { RunPaths } from "../run/paths.js";
import type { Progress } from "../run/progress.js";
import { AdaptiveConcurrency } from "./adaptiveConcurrency.js";
import type { Batch } from "./batch.js";
import { buildImportReport } from "./buildImportReport.js";
import { conclude, type Marks, noMarks, phaseReport } from "./concludeImport.js";
import { type Forecast, forecast } from "./forecast.js";
import type { ImportReport, PhaseReport } from "./importReport.js";
import { Journal, nextNumber } from "./journal.js";
import { openLines } from "./lineFile.js";
import { listInvalidItems } from "./listInvalidItems.js";
import type { ImportPlan, PlanOf } from "./planImport.js";
import { openBatches } from "./planTables.js";
import { type PhasePlan, remedyOf } from "./sendablePhases.js";
import { Sender } from "./sender.js";
import type { BatchBounds } from "./usage.js";
import { type Clock, WriteBudget } from "./writeBudget.js";

export interface SendOptions {
  readonly remote: RemoteDeployment;
  readonly status: DeploymentStatus;
  readonly database: Database;
  readonly paths: RunPaths;
  readonly of: PlanOf;
  readonly plan: ImportPlan;
  readonly phases: readonly PhasePlan[];
  readonly bounds: BatchBounds;
  /** Bytes a second; null for any number. */
  readonly writeBudget: number | null;
  readonly concurrency: number;
  readonly retries: RetryOptions;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What an import did, and what ended it early or left it incomplete. */
export interface Sent {
  readonly report: ImportReport;
  readonly failure: UnnestError | null;
}

/** @throws UnnestError NOTHING_TO_IMPORT, when no phase can be sent; what the run's database throws */
export async function sendPlan(options: SendOptions): Promise<Sent> {
  const { database, phases, progress, writeBudget } = options;
  const sendable = phases.filter(({ leftOut }) => leftOut === null);
  for (const phase of phases) {
    const remedy = remedyOf(phase);
    if (remedy !== null) progress.note(`${phase.phase} is left out (${phase.leftOut}): ${remedy}`);
  }
  if (sendable.length === 0) throw nothingToImport(options);
  const open = await openOf(database, sendable);
  const expected = forecast(open, writeBudget);
  const started = options.clock.now();
  const sending = await send(options, open, expected);
  const seconds = (options.clock.now() - started) / 1000;
  const isOver = sending.stopped !== null || options.signal.aborted;
  const marks = isOver ? noMarks : await conclude(options, sendable, open);
  const reports = await Promise.all(
    phases.map((phase) => phaseReport(database, phase, sending.ended.get(phase.phase) ?? null, marks)),
  );
  const failure = failureOf(options, sending, marks, reports);
  const report = buildImportReport({
    of: options.of,
    deployment: { name: options.remote.name, url: options.remote.url },
    plan: options.plan,
    phases: reports,
    writeBudget,
    expected,
    sent: { sender: sending, seconds },
    invalid: await listInvalidItems(database),
    failure,
  });
  return { report, failure };
}

async function openOf(database: Database, sendable: readonly PhasePlan[]): Promise<readonly Batch[]> {
  const names = new Set(sendable.map(({ phase }) => phase));
  return (await openBatches(database)).filter(({ phase }) => names.has(phase));
}

async function send(
  { remote, database, paths, bounds, writeBudget, concurrency, retries, clock, progress, signal }: SendOptions,
  open: readonly Batch[],
  expected: Forecast,
): Promise<Sender> {
  const lines = await openLines(paths.batches);
  const calls = new AdaptiveConcurrency(concurrency);
  const started = clock.now();
  try {
    const sender = new Sender(
      {
        remote,
        lines,
        journal: new Journal(database, await nextNumber(database)),
        budget: new WriteBudget(writeBudget, clock),
        concurrency: calls,
        bounds,
        clock,
        random: retries.random,
        attempts: retries.attempts,
        signal,
        onNote: (text) => progress.note(text),
        onAnswer: (items, tally) => {
          const seconds = (clock.now() - started) / 1000;
          const rate = tally.writeBytes / Math.max(seconds, 0.001);
          progress.advance(items, {
            bytes: tally.argumentBytes,
            bytesPerSecond: tally.argumentBytes / Math.max(seconds, 0.001),
            retries: tally.retries,
            concurrency: calls.now,
            secondsLeft: Math.round((expected.writeBytes - tally.writeBytes) / Math.max(rate, 1)),
          });
        },
      },
      open,
    );
    progress.start("import", expected.items, "documents");
    await sender.run();
    progress.finish();
    return sender;
  } finally {
    await lines.close();
  }
}

function nothingToImport({ phases, remote }: SendOptions): UnnestError {
  const reasons = phases.map(({ phase, leftOut }) => `${phase} ${leftOut}`).join(", ");
  return new UnnestError("NOTHING_TO_IMPORT", "No phase of this snapshot can be imported into the deployment.", {
    deployment: remote.name,
    phases: reasons,
  });
}

function failureOf(
  { signal, remote }: SendOptions,
  { stopped, ended }: Sender,
  marks: Marks,
  reports: readonly PhaseReport[],
): UnnestError | null {
  if (stopped !== null) return asFailure(stopped.error);
  if (signal.aborted)
    return new UnnestError(
      "INTERRUPTED",
      "Stopped on request. What was under way has ended and is stored.",
      {},
      {
        remedy: "Start the same command again: it goes on with what is not done.",
      },
    );
  const sent = reports.filter(({ leftOut }) => leftOut === null);
  const sum = (field: "failed" | "open" | "invalid"): number =>
    sent.reduce((total, report) => total + report[field], 0);
  if (sum("failed") + sum("open") > 0)
    return new UnnestError("IMPORT_INCOMPLETE", "Not every batch was imported.", {
      deployment: remote.name,
      failed: sum("failed"),
      open: sum("open"),
      notOnRecord: [...marks.values()].reduce((total, { missing }) => total + missing, 0),
      refused: [...ended].map(([phase, code]) => `${phase} ${code}`).join(", ") || undefined,
    });
  const outdated = [...marks].filter(([, mark]) => mark.outdated).map(([phase]) => phase);
  if (outdated.length > 0)
    return new UnnestError("DELTA_OUTDATED", "The delta's export was taken too early to prove anything.", {
      deployment: remote.name,
      phases: outdated.join(", "),
    });
  if (sum("invalid") > 0)
    return new UnnestError("IMPORT_INVALID", "Some parts do not fit the deployment's schema and have no rows there.", {
      deployment: remote.name,
      parts: sum("invalid"),
    });
  return null;
}

function asFailure(error: unknown): UnnestError {
  const failure = remoteError(error);
  if (failure instanceof UnnestError) return failure;
  throw failure;
}
