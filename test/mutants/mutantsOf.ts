import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import type { Room } from "./rooms.js";

/** One planted mistake. */
export interface Mutant {
  readonly id: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The code it stands in for, and the code of the mistake, on one line each. */
  readonly original: string;
  readonly replacement: string;
}

export interface Mutants {
  readonly mutants: readonly Mutant[];
  /** By absolute path: the file's code with all its mutants in it, each behind a switch. */
  readonly code: ReadonlyMap<string, string>;
}

/**
 * Plants StrykerJS's mistakes in a room's files. `globalThis.__stryker__.activeMutant` says which of them is made; the code counts the
 * others that it passes in `mutantCoverage`.
 *
 * @param every 10 lists every tenth mutant
 */
export async function mutantsOf({ mutated }: Room, every = 1): Promise<Mutants> {
  const names = await filesBelow(mutated, ".ts");
  const sources = new Map<string, string>();
  for (const name of names) sources.set(name, await readFile(name, "utf8"));
  const files = [...sources].map(([name, content]) => ({ name: resolve(name), content, mutate: true }));
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  const planted = await new Instrumenter(silent).instrument(files, options);
  const mutants = planted.mutants.map(({ id, fileName, location, replacement }): Mutant => {
    const file = fileName.slice(resolve(".").length + 1);
    const { start, end } = location;
    const lines = (sources.get(file) ?? "").split("\n").slice(start.line, end.line + 1);
    lines.push((lines.pop() ?? "").slice(0, end.column));
    lines.unshift((lines.shift() ?? "").slice(start.column));
    return { id, file, line: start.line + 1, original: oneLine(lines.join("\n")), replacement: oneLine(replacement) };
  });
  return {
    mutants: mutants.filter((_, at) => at % every === 0),
    code: new Map(planted.files.map(({ name, content }) => [name, content])),
  };
}

/** The files of a folder and those below whose names end so, in order. */
export async function filesBelow(folder: string, ending: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

function oneLine(code: string): string {
  return code.replace(/\s+/g, " ").trim();
}

const silent = new Proxy({}, { get: () => () => false }) as ConstructorParameters<typeof Instrumenter>[0];
