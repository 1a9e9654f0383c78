import { stripVTControlCharacters } from "node:util";
import CliTable from "cli-table3";
import type { Paint } from "./paint.js";

export interface TableColumn {
  readonly head: string;
  readonly align?: "left" | "right";
  /** Width at which the text of a cell goes on in the next line. */
  readonly wrapAt?: number;
}

const bare = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

const width = (cell: string): number => stripVTControlCharacters(cell).length;

/** A table without borders, two spaces between columns, indented by two. Cells must be `printable` already. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string {
  const table = new CliTable({
    head: columns.map(({ head }) => paint("dim", head)),
    colAligns: columns.map(({ align }) => align ?? "left"),
    colWidths: columns.map(({ head, wrapAt }, index) => {
      const widest = Math.max(...[head, ...rows.map((row) => row[index] ?? "")].map(width));
      return wrapAt === undefined || widest <= wrapAt ? null : wrapAt;
    }),
    wordWrap: true,
    chars: bare,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => `  ${line.trimEnd()}`)
    .join("\n");
}
