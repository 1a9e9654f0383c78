/** What the documentation promises: its tables are those of the code, its links lead somewhere, its commands exist. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { loadProgram } from "../../pipeline/commands/runProgram.js";
import { quietEdge } from "../laws/quietEdge.js";
import { dictionaryText } from "./dictionaryText.js";
import { generatedSections, withSection } from "./generatedSections.js";
import { anchorsOf, markdownPages, proseOf } from "./markdownPages.js";
import { shownCommands } from "./shownCommands.js";

const pages = markdownPages();
const readme = readFileSync("README.md", "utf8");

test.each(Object.entries(generatedSections))("the table of %s is that of the code", (name, { file, render }) => {
  const page = readFileSync(file, "utf8");
  expect(page).toBe(withSection(page, name, render()));
});

test("the data dictionary is that of the code", () => {
  expect(readFileSync("sql/README.md", "utf8")).toBe(dictionaryText());
});

test("the README is short, and says in its first sentence whom it is for", () => {
  expect(readme.split("\n").length).toBeLessThanOrEqual(181);
  expect(readme.split(/\s+/).length).toBeLessThanOrEqual(1_900);
  expect(readme.split("\n\n")[1]).toMatch(/is for .*not for /s);
});

test("every link in the documentation leads to a file that exists, and to a heading of it", () => {
  const broken = pages.flatMap(({ path, text }) =>
    [...proseOf(text).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)]
      .map(([, link, source]) => link ?? source ?? "")
      .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(path, link))
      .map((link) => `${path}: ${link}`),
  );
  expect(broken).toEqual([]);
});

function leadsSomewhere(from: string, link: string): boolean {
  const [target = "", anchor] = link.split("#");
  const file = target === "" ? from : normalize(join(dirname(from), target));
  if (!existsSync(file)) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, "utf8")).has(anchor);
}

test("every source file and folder that the documentation names exists", () => {
  const missing = pages.flatMap(({ path, text }) =>
    namedFiles(text)
      .filter((name) => ![name, join(dirname(path), name)].some((file) => existsSync(file)))
      .map((name) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});

/** `walks.ts`, `sql/model/`: from the repository's folder or from the page's own; patterns and what runs leave aside. */
function namedFiles(text: string): string[] {
  const names = [...proseOf(text).matchAll(/`([\w./-]+)`/g)].map(([, name = ""]) => name);
  return names.filter((name) => /\.ts$|^(pipeline|transforms|sql|convex|fixtures|test)\/.*(\/|\.\w+)$/.test(name));
}

const shown = pages.flatMap(shownCommands);

test("every command that is shown parses: its name, options and arguments exist", async () => {
  const program = await loadProgram(
    [],
    quietEdge(),
    () => {},
    () => {},
  );
  for (const command of program.commands) {
    command.exitOverride().action(() => {});
    // One that is left out is reported before one that there is not.
    for (const option of command.options) option.makeOptionMandatory(false);
  }
  const refused: string[] = [];
  for (const { path, text, args } of shown) {
    const error = await program.parseAsync(args, { from: "user" }).then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error !== null && !isOnlyIncomplete(error)) refused.push(`${path}: ${text} (${String(error)})`);
  }
  expect(refused).toEqual([]);
  expect(shown.length).toBeGreaterThan(50);
});

/** Prose names a command without its arguments. */
function isOnlyIncomplete(error: unknown): boolean {
  return error instanceof CommanderError && (error.exitCode === 0 || error.code === "commander.missingArgument");
}
