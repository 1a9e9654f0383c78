import { authorityOf, codeThatFits } from "../../convex/schema/steps.js";
import type { Paint } from "../terminal/paint.js";
import { printable } from "../terminal/printable.js";
import { formatCount, formatDuration, formatTime } from "../terminal/quantities.js";
import { renderTable } from "../terminal/table.js";
import type { DescribedDeployment, DescribedPhase } from "./describePhases.js";
import { explainAll } from "./reasons.js";

/** Where the phases are as a table, then what each one's next step waits for. */
export function renderPhases({ deployment, url, oldestTouchAge, phases }: DescribedDeployment, paint: Paint): string {
  const table = renderTable(
    [
      { head: "phase" },
      { head: "step" },
      { head: "epoch", align: "right" },
      { head: "since" },
      { head: "jobs", align: "right" },
      { head: "set aside", align: "right" },
      { head: "touches", align: "right" },
      { head: "batches", align: "right" },
    ],
    phases.map(({ migrationId, step, epoch, since, jobsOpen, jobsSetAside, touches, batches }) => [
      migrationId,
      since === null ? paint("dim", step) : paint("bold", step),
      String(epoch),
      since === null ? "" : formatTime(since),
      String(jobsOpen),
      jobsSetAside === 0 ? "0" : paint("yellow", String(jobsSetAside)),
      String(touches),
      String(batches),
    ]),
    paint,
  );
  const touch =
    oldestTouchAge === null ? "" : `The oldest change of a count waits for ${formatDuration(oldestTouchAge)}.\n`;
  const begun = phases.filter(({ since }) => since !== null);
  const idle = phases.filter(({ since }) => since === null).map(({ migrationId }) => migrationId);
  const first = idle.length === 0 ? "" : `\n  not begun: ${idle.join(", ")}; next: unnest switch <phase> dual-write\n`;
  const head = `${paint("bold", printable(deployment))} at ${printable(url)}\n${touch}`;
  return `${head}\n${table}\n${begun.map((phase) => nextOf(phase, paint)).join("")}${first}`;
}

function nextOf({ migrationId, step, next, ...phase }: DescribedPhase, paint: Paint): string {
  const fits = codeThatFits(step);
  const dropped = phase.droppedWrites.map(({ field, transactions }) => `${field} in ${transactions} transactions`);
  const notes = [
    ...(fits === null ? [] : [`code that fits: ${fits}`]),
    ...(dropped.length === 0 ? [] : [`direct writes dropped: ${dropped.join(", ")}`]),
  ].map((note) => `    ${printable(note)}\n`);
  if (next === null) return `\n  ${migrationId} is complete\n${notes.join("")}`;
  const facts = [
    ...(phase.backfilled ? ["backfilled"] : []),
    ...(phase.driftPossible
      ? ["drift possible: a mutation wrote more than could be followed; run unnest delta, then unnest:retryJobs"]
      : []),
    ...(phase.driftFreeSince === null ? [] : [`no drift at ${formatTime(phase.driftFreeSince)}`]),
    ...(phase.cleanupNotBefore === null || step !== "new"
      ? []
      : [`buffer until ${formatTime(phase.cleanupNotBefore)}`]),
    ...(phase.originals === 0 ? [] : [`${phase.originals} originals kept`]),
    ...(phase.repaired === 0 ? [] : [`${phase.repaired} repairs kept`]),
  ];
  const seen = evidenceOf({ step, ...phase }).map((line) => `    ${paint("dim", line)}\n`);
  const held = next.reasons.length > 0;
  const title = `${migrationId}: ${step} → ${next.to}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
  const lines = explainAll(next.reasons, migrationId).map((line) => `    ${paint("yellow", "held up")} ${line}\n`);
  return `\n  ${title}\n${notes.join("")}${seen.join("")}${lines.join("")}${held ? "" : `    next: ${next.command}\n`}`;
}

/** What was verified and compared of a phase, while that decides about a step. */
function evidenceOf({
  step,
  verifications,
  comparisons,
}: Pick<DescribedPhase, "step" | "verifications" | "comparisons">): string[] {
  if (authorityOf(step) === "new") return [];
  const oldest = Math.min(...verifications.map(({ began }) => began ?? 0));
  const verified =
    verifications.length === 0 ? [] : [oldest === 0 ? "not verified" : `verified whole at ${formatTime(oldest)}`];
  if (step === "dual-write") return verified;
  const compared = comparisons
    .filter((one) => one.needed > 0)
    .map((one) => `${printable(one.reader)} ${formatCount(one.compared)} of ${formatCount(one.needed)}`);
  return [...verified, ...(compared.length === 0 ? [] : [`answers compared: ${compared.join(", ")}`])];
}
