/** The tables in room READMEs that are made from the code, each between `<!-- name -->` and `<!-- /name -->`. */
import { listChecks } from "../../pipeline/check/checkDefinition.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { stages } from "../../pipeline/stages.js";
import { ledgerCodes, transforms } from "../../transforms/index.js";
import { code, markdownTable } from "./markdownTable.js";

interface GeneratedSection {
  /** The README of the room it tells about. */
  readonly file: string;
  readonly render: () => string;
}

/** The table of costs is measured, not rendered: `npm run docs` and `test/convex/read/costs.test.ts` put it here. */
export const costsFile = "convex/README.md";

/** Measured as well: what becomes of an application's calls, step by step (`test/convex/calls/`). */
export const callsFile = "convex/before-cleanup.md";

export const generatedSections: Readonly<Record<string, GeneratedSection>> = {
  stages: {
    file: "pipeline/README.md",
    render: () =>
      markdownTable(
        ["stage", "what it does", "reads", "writes"],
        stages.map(({ name, title, reads, writes }) => [
          code(name),
          title,
          reads.map(code).join(" ") || "the snapshot",
          writes.map(code).join(" "),
        ]),
      ),
  },
  transforms: {
    file: "transforms/README.md",
    render: () =>
      markdownTable(
        ["part", "phase", "moves", "rows go to"],
        transforms.map(({ part, phase, moves, elements, option }) => [
          code(part) + (option === undefined ? "" : ` (${code(`--with ${option}`)})`),
          phase.slice("phase-".length),
          moves.map(code).join(" ") || "nothing: it copies",
          [...new Set(Object.values(elements).filter((name) => name !== null))].map(code).join(" ") || "the ledger",
        ]),
      ),
  },
  checks: {
    file: "pipeline/check/README.md",
    render: () =>
      markdownTable(
        ["check", "rule"],
        listChecks(loadModel()).map(({ name, rule }) => [code(name), rule]),
      ),
  },
  ledger: {
    file: "transforms/README.md",
    render: () =>
      markdownTable(
        ["code", "kind", "meaning", "what to do"],
        Object.entries(ledgerCodes).map(([name, { kinds, meaning, remedy }]) => [
          code(name),
          kinds.join(", "),
          meaning,
          remedy,
        ]),
      ),
  },
};

/** A page with one section made anew. Throws where the section has no place in it. */
export function withSection(page: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [page.indexOf(open), page.indexOf(close)];
  if (start === -1 || end < start) throw new Error(`there is no place for the section ${name}`);
  return `${page.slice(0, start + open.length)}\n${content}\n${page.slice(end)}`;
}
