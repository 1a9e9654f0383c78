import { type Content, type Html, html, trusted } from "./html.js";
import { script } from "./script.js";
import { style } from "./style.js";

export type Mood = "good" | "warn" | "bad";

/** What a page says before everything else. */
export interface Verdict {
  readonly mood: Mood;
  readonly sentence: string;
  /** What it rests on, or what to do. */
  readonly because: Content;
}

export interface Section {
  /** Where links lead: `#ledger`. */
  readonly id: string;
  readonly title: string;
  readonly body: Content;
}

export interface Page {
  readonly title: string;
  /** One line below the title. */
  readonly about: Content;
  readonly verdict: Verdict;
  readonly sections: readonly Section[];
}

/** Nothing is loaded from anywhere, nothing is sent anywhere; the page's own style and script are all there is. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const marks: Readonly<Record<Mood, string>> = { good: "✓", warn: "!", bad: "✕" };

/** One self-contained HTML document. Pure. */
export function renderPage({ title, about, verdict, sections }: Page): string {
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to what was found</a>
<div class="wrap">
<header>
<h1>${title}</h1>
<p class="soft small">${about}</p>
<div class="verdict ${verdict.mood}"><strong><span aria-hidden="true">${marks[verdict.mood]}</span> ${verdict.sentence}</strong><p>${verdict.because}</p></div>
<nav aria-label="Sections"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
</header>
<main id="main">
${sections.map(({ id, title: name, body }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>${body}</section>\n`)}</main>
<footer>Written by unnest. This file is complete in itself: it loads nothing and sends nothing.</footer>
</div>
<script>${trusted(script)}</script>
</body>
</html>
`;
  return text;
}

/** A word that tells a state, in its colour. */
export function state(mood: Mood | "plain", word: string): Html {
  return mood === "plain" ? html`${word}` : html`<span class="state ${mood}">${word}</span>`;
}
