/** `npm run docs`: makes the generated tables of the room READMEs and the data dictionary anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { callTable, measureCalls } from "../convex/calls/outcomes.js";
import { costTable, measureCosts } from "../convex/read/costTable.js";
import { dictionaryText } from "./dictionaryText.js";
import { callsFile, costsFile, generatedSections, withSection } from "./generatedSections.js";

function replace(file: string, name: string, content: string): void {
  writeFileSync(file, withSection(readFileSync(file, "utf8"), name, content));
}

for (const [name, { file, render }] of Object.entries(generatedSections)) replace(file, name, render());
replace(costsFile, "costs", costTable(await measureCosts()));
replace(callsFile, "calls", callTable(await measureCalls()));
writeFileSync("sql/README.md", dictionaryText());
