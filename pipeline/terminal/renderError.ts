import type { UnnestError } from "../errors.js";
import type { Paint } from "./paint.js";
import { jsonLine, printable, printableWithin } from "./printable.js";
import { formatCount } from "./quantities.js";
import { renderTable } from "./table.js";

/** One paragraph: what happened, where, what to do. A defect of the tool also shows where in the tool it is. */
export function renderError(error: UnnestError, paint: Paint): string {
  const lines = [`${paint("red", "error")} ${paint("bold", printable(error.message))} [${error.code}]`];
  const place = placeWords(error);
  if (place !== "") lines.push(`  where: ${place}`);
  if (error.details.length > 0) lines.push(detailTable(error, paint));
  lines.push(`  what to do: ${printable(error.remedy)}`);
  if (error.code === "INTERNAL") {
    const { stack = "" } = error.cause instanceof Error ? error.cause : error;
    lines.push(
      ...stack
        .split("\n")
        .filter((line) => line.startsWith("    at "))
        .map((line) => paint("dim", printable(line))),
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The same as one event, for `--json`. */
export function errorEvent({ code, message, place, details, remedy, exit, retry }: UnnestError): string {
  const found = details.length === 0 ? {} : { details };
  return `${jsonLine({ event: "error", code, message, place, ...found, remedy, exit, retry })}\n`;
}

function detailTable({ details }: UnnestError, paint: Paint): string {
  const heads = Object.keys(details[0] ?? {});
  const isNumber = (head: string): boolean => details.every((line) => typeof line[head] === "number");
  return renderTable(
    heads.map((head) => (isNumber(head) ? { head, align: "right" } : { head })),
    details.map((line) => heads.map((head) => detailCell(line[head] ?? ""))),
    paint,
  );
}

function detailCell(cell: string | number): string {
  return typeof cell === "number" ? formatCount(cell) : printableWithin(cell, 40);
}

/** `file export.zip, table messages, line 7`; what is not known is left out. */
function placeWords({ place }: UnnestError): string {
  return Object.entries(place)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${words(field)} ${printable(String(value))}`)
    .join(", ");
}

/** `documentId` → `document id`. */
function words(field: string): string {
  return printable(field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}
