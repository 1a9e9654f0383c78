/** `npm run docs`: makes the README's sections anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { withSections } from "./readmeSections.js";

writeFileSync("README.md", withSections(readFileSync("README.md", "utf8")));
