/** What stands in a run directory, for comparing two of them. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Report } from "../../pipeline/report/report.js";

/** The files a run makes for people and for the import. */
const finalNames = ["ledger.jsonl", "package/patches.jsonl", "package/snapshot.zip", "report.html", "report.json"];

/** Those that say how long the stages took. */
const timedNames = ["report.html", "report.json"];

/** What a run has made, byte for byte, but for the times and the memory in its report. */
export async function outcomeOf(run: string): Promise<Record<string, unknown>> {
  const report = JSON.parse(await readFile(join(run, "report.json"), "utf8")) as Report;
  const files = [...(await finalFiles(run))].filter(([name]) => !timedNames.includes(name));
  return {
    files: (await readdir(run, { recursive: true })).sort(),
    contents: files.map(([name, bytes]) => `${name} ${createHash("sha256").update(bytes, "latin1").digest("hex")}`),
    report: { ...report, stages: report.stages.map(({ name, status, rows }) => ({ name, status, rows })) },
  };
}

/** The final files that are there, with their bytes. */
export async function finalFiles(run: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const name of finalNames) {
    const text = await readFile(join(run, name), "latin1").catch(() => null);
    if (text !== null) found.set(name, text);
  }
  return found;
}

/** The rights on the directory and everything in it, `0600 name`, in the order of the names. */
export async function rightsIn(run: string): Promise<string[]> {
  const names = ["", ...(await readdir(run, { recursive: true }))].sort();
  const modes = await Promise.all(names.map(async (name) => (await stat(join(run, name))).mode & 0o7777));
  return names.map((name, i) => `0${modes[i]?.toString(8)} ${name}`);
}
