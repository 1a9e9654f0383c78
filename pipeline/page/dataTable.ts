import { type Content, type Html, html } from "./html.js";

export interface Column {
  readonly head: string;
  /** Numbers stand at the right; `wide` leaves room for sentences. */
  readonly kind?: "number" | "wide";
}

export interface Row {
  readonly cells: readonly Content[];
  /** Where links lead. */
  readonly id?: string;
  /** What filters look at: `data-<name>`. */
  readonly data?: Readonly<Record<string, string | number>>;
}

/** A table which scrolls by itself, with the keyboard too, where it is wider than the page. */
export function dataTable(
  label: string,
  columns: readonly Column[],
  rows: readonly (Row | readonly Content[])[],
  id?: string,
): Html {
  const kind = (index: number): Html | null => {
    const named = columns[index]?.kind;
    return named === undefined ? null : html` class="${named}"`;
  };
  const body = rows.map((row) => {
    const { cells, id: rowId, data = {} }: Row = "cells" in row ? row : { cells: row };
    const anchor = rowId === undefined ? null : html` id="${rowId}"`;
    const marks = Object.entries(data).map(([name, value]) => html` data-${name}="${value}"`);
    return html`<tr${anchor}${marks}>${cells.map((cell, index) => html`<td${kind(index)}>${cell}</td>`)}</tr>\n`;
  });
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table${
    id === undefined ? null : html` id="${id}"`
  }><thead><tr>${columns.map(({ head }, index) => html`<th scope="col"${kind(index)}>${head}</th>`)}</tr></thead><tbody>
${body}</tbody></table></div>`;
}

/** Numbers a person should remember. */
export function tiles(all: readonly (readonly [name: string, value: string, note?: string])[]): Html {
  return html`<dl class="tiles">${all.map(
    ([name, value, note]) =>
      html`<div><dt>${name}</dt><dd>${value}${note === undefined ? null : html`<small>${note}</small>`}</dd></div>`,
  )}</dl>`;
}

/** Something to read only by those who want to. */
export function folded(summary: string, body: Content): Html {
  return html`<details><summary>${summary}</summary>${body}</details>`;
}
