import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dictionaryText } from "./dictionaryText.js";
import { withSections } from "./readmeSections.js";

test("the README's tables are those of the code (npm run docs makes them anew)", () => {
  const readme = readFileSync("README.md", "utf8");
  expect(readme).toBe(withSections(readme));
});

test("the data dictionary is that of the code", () => {
  expect(readFileSync("sql/README.md", "utf8")).toBe(dictionaryText());
});

test("every dependency has a reason in the README", () => {
  const readme = readFileSync("README.md", "utf8");
  const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as Record<
    string,
    Record<string, string>
  >;
  const missing = Object.keys({ ...dependencies, ...devDependencies }).filter(
    (name) => !readme.includes(`\`${name}\``),
  );
  expect(missing).toEqual([]);
});
