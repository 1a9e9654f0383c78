/** Every dependency has its reason, in the README of a room that uses it; what only builds and tests has it in `test/README.md`. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { trackedFiles } from "./trackedFiles.js";

const { dependencies, devDependencies, peerDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as Record<
  string,
  Record<string, string> | undefined
>;
const names = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies });
const isTool = (name: string): boolean => !Object.hasOwn({ ...dependencies, ...peerDependencies }, name);
const sources = trackedFiles("*.ts").map((path) => ({ path, text: readFileSync(path, "utf8") }));

/** A room's dependencies stand in a table of their own, a line each. */
function reasonedIn(page: string, name: string): boolean {
  return page.split("\n").some((line) => line.startsWith("|") && line.split("|")[1]?.includes(`\`${name}\``));
}

function pagesThatReason(name: string): string[] {
  return trackedFiles("*.md").filter((path) => reasonedIn(readFileSync(path, "utf8"), name));
}

function isUsedIn(folder: string, name: string): boolean {
  const imports = new RegExp(`(?:from|import) "${name}(?:/|")`);
  return sources.some(({ path, text }) => path.startsWith(`${folder}/`) && imports.test(text));
}

test("every dependency has its reason in the README of a room", () => {
  expect(names.filter((name) => pagesThatReason(name).length === 0)).toEqual([]);
});

test("a room gives reasons for what it uses", () => {
  const elsewhere = names.flatMap((name) =>
    pagesThatReason(name)
      .map(dirname)
      .filter((room) => !(isTool(name) && room === "test") && !isUsedIn(room, name))
      .map((room) => `${name} in ${room}`),
  );
  expect(elsewhere).toEqual([]);
});
