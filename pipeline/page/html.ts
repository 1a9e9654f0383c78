/** The one door for anything that enters a page. */

import { printable } from "../terminal/printable.js";
import { formatCount } from "../terminal/quantities.js";

/** Markup that may stand in a page as it is. */
export class Html {
  constructor(readonly text: string) {}
}

export type Content = string | number | Html | null | readonly Content[];

/** Longer texts are cut; no name, rule or message comes near it. */
const mostCharacters = 600;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A text as it may stand between tags and in quoted attributes. What a browser would not show as a character (controls, marks that turn
 * the direction of a line, lone surrogates) shows as U+FFFD; a very long text is cut, and says how long it was.
 */
export function escapeHtml(text: string): string {
  const characters = Array.from(text.length <= mostCharacters ? text : text.slice(0, mostCharacters));
  const cut = text.length <= mostCharacters ? "" : `… (${formatCount(text.length)} characters)`;
  return `${printable(characters.join(""))}${cut}`.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** Markup of the tool's own, or of a library that has escaped what it was given: nothing else. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

/** A template whose values are escaped unless they are markup already. Attributes must be quoted in it. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(render)));
}

/** A sentence in which `this` is code. */
export function prose(text: string): Html {
  return html`${text.split("`").map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}

function render(content: Content): string {
  if (content === null) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "string" || typeof content === "number") return escapeHtml(String(content));
  return content.map(render).join("");
}
