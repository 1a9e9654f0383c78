/** `npm run docs`: makes the README's sections anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { costTable, measureCosts } from "../convex/read/costTable.js";
import { withSection, withSections } from "./readmeSections.js";

const readme = withSections(readFileSync("README.md", "utf8"));
writeFileSync("README.md", withSection(readme, "costs", costTable(await measureCosts())));
