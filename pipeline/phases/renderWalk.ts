import type { Paint } from "../terminal/paint.js";
import { printable } from "../terminal/printable.js";
import { formatCount } from "../terminal/quantities.js";
import { explainAll } from "./reasons.js";
import type { WalkOutcome } from "./runWalk.js";
import type { KeptPart } from "./walkRecord.js";
import type { Walk } from "./walks.js";

/** Documents at which something is left that are named on a terminal. */
const shown = 10;

/** What a walk did, or would do: its counts, what is left, why it was refused. */
export function renderWalk({ name, counts }: Walk, outcome: WalkOutcome, paint: Paint): string {
  const { migrationId, from, step, dryRun, reasons, walked } = outcome;
  const refused = explainAll(reasons, migrationId).map((line) => `  ${paint("yellow", "held up")} ${line}\n`);
  if (walked === null) {
    const idle = reasons.length > 0 ? "" : `${migrationId} is at ${from}: nothing to do.\n`;
    return `${idle}${refused.join("")}`;
  }
  const head = dryRun
    ? `A dry run of ${name} on ${migrationId}: nothing was changed.`
    : `${migrationId}: ${from} → ${step}${walked.resumed ? ", going on where it was stopped" : ""}.`;
  const lines = [
    `  ${column(walked.visited)} documents looked at${walked.isWhole ? "" : ": the first ones, there are more; `--dry-run` looks at all"}\n`,
    ...Object.entries(counts).map(([count, words]) => `  ${column(walked.counts[count] ?? 0)} ${words}\n`),
    `  ${paint(walked.left === 0 ? "green" : "red", column(walked.left))} documents at which something is left\n`,
  ];
  return `${head}\n${lines.join("")}${leftOf(walked.kept)}${refused.join("")}`;
}

const column = (count: number): string => formatCount(count).padStart(10);

function leftOf(kept: readonly KeptPart[]): string {
  const lines = kept
    .slice(0, shown)
    .map(({ table, documentId, part = "repair", reason = "write_refused" }) =>
      printable(`    ${table} ${documentId} ${part}: ${reason}`),
    );
  const more = kept.length > shown ? [`    … --json names more`] : [];
  return [...lines, ...more].map((line) => `${line}\n`).join("");
}
