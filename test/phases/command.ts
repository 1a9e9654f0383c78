/** The commands as users type them, against a deployment of a test's. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { Edge } from "../../pipeline/commands/edge.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import type { UnnestError } from "../../pipeline/errors.js";
import { quietEdge } from "../laws/quietEdge.js";
import { adminKey } from "./served.js";

export interface Ended {
  /** The last value of `--json`; an empty object when there was none. */
  readonly result: Readonly<Record<string, unknown>> & { readonly phases: unknown[]; readonly valuesFile: string };
  readonly output: string;
  readonly failure: UnnestError | null;
}

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-phases-"));
  folders.push(folder);
  return folder;
}

/** Gives `unnest`: runs a line, with `--json` unless the edge is another. */
export function commandFor(
  { url }: { readonly url: string },
  out: string,
  edge: Partial<Edge> = {},
): (line: string) => Promise<Ended> {
  const environment = { CONVEX_URL: url, CONVEX_DEPLOY_KEY: adminKey };
  return async (line) => {
    const words = line.split(" ");
    const takesFolder = ["cleanup", "abort", "rebuild"].includes(words[0] ?? "");
    const args = [...words, ...(takesFolder ? ["--out", out] : [])];
    const { output, failure } = await runProgram(args, { ...quietEdge(), environment, ...edge });
    const last = line.includes("--json") ? output.trim().split("\n").at(-1) : undefined;
    return { output, failure, result: last === undefined || last === "" ? {} : JSON.parse(last) };
  };
}
