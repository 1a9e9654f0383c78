/** The `unnest` commands that documentation shows: lines of code blocks, and what stands between backticks. */
import type { MarkdownPage } from "./markdownPages.js";

export interface ShownCommand {
  readonly path: string;
  readonly text: string;
  /** As a shell would hand them over, without `unnest`. */
  readonly args: readonly string[];
}

export function shownCommands({ path, text }: MarkdownPage): readonly ShownCommand[] {
  const blocks = [...text.matchAll(/^```(?:sh|console)\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block.split("\n").flatMap((line) => line.replace(/^\$ /, "").split(" && ")),
  );
  const inline = [...text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [...blocks, ...inline].flatMap((command) => {
    const [, given] = /^(?:npx )?unnest (.+)$/.exec(command) ?? [];
    return given === undefined ? [] : [{ path, text: command, args: shellWords(given) }];
  });
}

/** Words of a command up to a comment, a pipe or a redirection; without quotes, and without the brackets of what may be left out. */
function shellWords(command: string): string[] {
  const words: string[] = [];
  for (const [, quoted, word = ""] of command.replaceAll(/[[\]]/g, "").matchAll(/"([^"]*)"|(<[^<>]+>|\S+)/g)) {
    if (quoted === undefined && /^[#|>]$/.test(word)) break;
    words.push(quoted ?? word);
  }
  return words;
}
