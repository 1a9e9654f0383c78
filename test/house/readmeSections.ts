/** The parts of the README that are made from the code, each between `<!-- name -->` and `<!-- /name -->`. */
import { listChecks } from "../../pipeline/check/checkDefinition.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { stages } from "../../pipeline/stages.js";
import { ledgerCodes, transforms } from "../../transforms/index.js";
import { code, markdownTable } from "./markdownTable.js";

const sections: Readonly<Record<string, () => string>> = {
  stages: () =>
    markdownTable(
      ["stage", "what it does", "reads", "writes"],
      stages.map(({ name, title, reads, writes }) => [
        code(name),
        title,
        reads.map(code).join(" ") || "the snapshot",
        writes.map(code).join(" "),
      ]),
    ),
  transforms: () =>
    markdownTable(
      ["part", "phase", "moves", "rows go to"],
      transforms.map(({ part, phase, moves, elements, option }) => [
        code(part) + (option === undefined ? "" : ` (${code(`--with ${option}`)})`),
        phase.slice("phase-".length),
        moves.map(code).join(" ") || "nothing: it copies",
        [...new Set(Object.values(elements).filter((name) => name !== null))].map(code).join(" ") || "the ledger",
      ]),
    ),
  checks: () =>
    markdownTable(
      ["check", "rule"],
      listChecks(loadModel()).map(({ name, rule }) => [code(name), rule]),
    ),
  ledger: () =>
    markdownTable(
      ["code", "kind", "meaning", "what to do"],
      Object.entries(ledgerCodes).map(([name, { kinds, meaning, remedy }]) => [
        code(name),
        kinds.join(", "),
        meaning,
        remedy,
      ]),
    ),
};

/** The README with its sections made anew. Throws where one of them has no place in it. */
export function withSections(readme: string): string {
  return Object.entries(sections).reduce((text, [name, render]) => withSection(text, name, render()), readme);
}

/** The README with one section made anew. */
export function withSection(readme: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [readme.indexOf(open), readme.indexOf(close)];
  if (start === -1 || end < start) throw new Error(`README.md has no place for the section ${name}`);
  return `${readme.slice(0, start + open.length)}\n${content}\n${readme.slice(end)}`;
}
