/** The documentation of this repository, as the tests of it read it. */
import { readFileSync } from "node:fs";
import { trackedFiles } from "./trackedFiles.js";

export interface MarkdownPage {
  /** From the repository's folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** Every Markdown file of the repository. */
export function markdownPages(): readonly MarkdownPage[] {
  return trackedFiles("*.md").map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

/** Code blocks are no prose: no links, no headings in them. */
export function proseOf(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}

/** The anchors a page has, as GitHub makes them from its headings. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...proseOf(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}
