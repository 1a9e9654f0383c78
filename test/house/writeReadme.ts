/** `npm run docs`: makes the README's sections and the data dictionary anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { costTable, measureCosts } from "../convex/read/costTable.js";
import { dictionaryText } from "./dictionaryText.js";
import { withSection, withSections } from "./readmeSections.js";

const readme = withSections(readFileSync("README.md", "utf8"));
writeFileSync("README.md", withSection(readme, "costs", costTable(await measureCosts())));
writeFileSync("sql/README.md", dictionaryText());
