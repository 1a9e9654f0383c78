import type { Paint } from "../terminal/paint.js";
import { printable } from "../terminal/printable.js";
import { formatCount } from "../terminal/quantities.js";
import { renderTable } from "../terminal/table.js";
import type { ComparedReader } from "./compareReaders.js";
import type { Verified } from "./verifyPhases.js";

/** Differing parts that are named on a terminal. */
const shown = 10;

/** What was compared as a table, the first parts that differ, and how much of each reader's answers was compared. */
export function renderVerified({ parts, off }: Verified, readers: readonly ComparedReader[], paint: Paint): string {
  const table = renderTable(
    [
      { head: "phase" },
      { head: "part" },
      { head: "looked at", align: "right" },
      { head: "waiting", align: "right" },
      { head: "differing", align: "right" },
      { head: "reasons" },
    ],
    parts.map(({ migrationId, part, visited, waiting, differing, reasons }) => [
      migrationId,
      part,
      formatCount(visited),
      formatCount(waiting),
      paint(differing === 0 ? "green" : "red", formatCount(differing)),
      Object.entries(reasons)
        .map(([reason, count]) => `${formatCount(count)} ${reason}`)
        .join(", "),
    ]),
    paint,
  );
  const samples = parts
    .filter(({ sample }) => sample.length > 0)
    .map(({ part, differing, sample }) => {
      const lines = sample
        .slice(0, shown)
        .map(({ documentId, reasons }) => `  ${printable(documentId)}  ${reasons.join(", ")}\n`);
      return `\n${paint("bold", part)}, ${lines.length} of ${formatCount(differing)}\n${lines.join("")}`;
    });
  const skipped = off.length === 0 ? "" : `\n  off, so not compared: ${off.join(", ")}\n`;
  const unmarked = parts.filter(({ migrationId, marked }) => !marked && !off.includes(migrationId));
  const notes = unmarked.length === 0 ? "" : `\n  not held for verified by the deployment: ${namesOf(unmarked)}\n`;
  const compared = readers.length === 0 ? "" : `\n${comparedTable(readers, paint)}\n`;
  return `${parts.length === 0 ? "" : `${table}\n`}${samples.join("")}${notes}${skipped}${compared}`;
}

function namesOf(parts: readonly { readonly part: string }[]): string {
  return parts.map(({ part }) => part).join(", ");
}

function comparedTable(readers: readonly ComparedReader[], paint: Paint): string {
  return renderTable(
    [
      { head: "phase" },
      { head: "reader" },
      { head: "answers compared", align: "right" },
      { head: "needed", align: "right" },
      { head: "waiting", align: "right" },
      { head: "differing", align: "right" },
    ],
    readers.map(({ migrationId, reader, compared, needed, waiting, differing }) => [
      migrationId,
      printable(reader),
      paint(compared < needed ? "yellow" : "green", formatCount(compared)),
      formatCount(needed),
      formatCount(waiting),
      paint(differing === 0 ? "green" : "red", formatCount(differing)),
    ]),
    paint,
  );
}
