import type { SqlRow } from "../db/database.js";
import type { Paint } from "../terminal/paint.js";
import { printable, printableWithin } from "../terminal/printable.js";
import { formatCount } from "../terminal/quantities.js";
import type { SourceLine, Trace, TraceBatch, TraceRows } from "./trace.js";

/** The way of one document for a person, at most 100 columns wide. Pure. */
export function renderTrace(trace: Trace, paint: Paint): string {
  const sections: [string, readonly string[]][] = [
    ["Document", document(trace)],
    ["Comes from", trace.origins.map(({ column, id, source }) => `${column} ${printable(id)}: ${place(source)}`)],
    ["Rows", trace.rows.flatMap((rows) => rowsOf(rows, paint))],
    ["Ledger", ledger(trace, paint)],
    ["Sent", trace.batches.flatMap((batch) => sent(batch, paint))],
    [
      "Checks that name it",
      trace.checks.map(({ name, status, detail }) => `${status}  ${printable(name)}  ${printableWithin(detail, 50)}`),
    ],
  ];
  return sections
    .filter(([title, lines]) => lines.length > 0 || title === "Rows" || title === "Ledger")
    .flatMap(([title, lines]) => [
      paint("bold", title),
      ...(lines.length > 0 ? lines : ["none"]).map((line) => `  ${line}`),
      "",
    ])
    .join("\n");
}

const place = ({ entry, line }: SourceLine): string => `line ${formatCount(line)} of ${printable(entry)}`;

function document({ id, table, tableNumber, role, source, misfits }: Trace): string[] {
  return [
    `${printable(id)} of ${table === null ? "an unknown table" : printable(table)} (number ${tableNumber}, ${role})`,
    source === null ? "made by the run; not in the snapshot" : place(source),
    ...misfits.map((reason) => `does not fit: ${printableWithin(reason, 82)}`),
  ];
}

function rowsOf({ table, column, count, rows }: TraceRows, paint: Paint): string[] {
  const [itself] = rows;
  if (column === "_id" && itself !== undefined)
    return [paint("bold", table), ...fields(itself).map((field) => `  ${field}`)];
  return [
    paint("bold", `${table}, ${formatCount(count)} by ${column}`),
    ...rows.map((row) => `  ${printableWithin(fields({ ...row, [column]: null }).join("  "), 96)}`),
    ...rest(count, rows.length),
  ];
}

function ledger({ ledger: { count, entries } }: Trace, paint: Paint): string[] {
  return [
    ...entries.flatMap(({ phase, code, kind, path, value, detail }) => [
      `${paint("bold", printable(String(code)))}  ${kind}  ${phase}  ${printableWithin(String(path), 50)}`,
      ...(detail === null ? [] : [`  ${printableWithin(String(detail), 94)}`]),
      ...(value === null ? [] : [`  ${printableWithin(String(value), 94)}`]),
    ]),
    ...rest(count, entries.length),
  ];
}

function sent({ batchId, phase, part, state, attempts, outcome, reason }: TraceBatch, paint: Paint): string[] {
  const times = attempts > 1 ? `, sent ${formatCount(attempts)} times` : "";
  return [
    `${paint("bold", outcome ?? state)}  ${phase}  ${printable(part)}${reason === null ? "" : `  ${printableWithin(reason, 40)}`}`,
    `  ${printableWithin(`batch ${batchId}${times}`, 94)}`,
  ];
}

const rest = (count: number, listed: number): string[] =>
  count > listed ? [`… and ${formatCount(count - listed)} more`] : [];

/** What is present of a row, `name=value`. */
function fields(row: SqlRow): string[] {
  return Object.entries(row).flatMap(([name, value]) =>
    value === null ? [] : [printableWithin(`${name}=${value}`, 96)],
  );
}
