/**
 * What stands in a run directory, in `run.json`: which snapshot, which options, which stages are done. It is written
 * whole after every stage, so that a run that was killed goes on where the disk says it stopped.
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { UnnestError } from "../errors.js";
import { compareVersions, runFormat, toolVersion } from "./version.js";
import { writeFileWhole } from "./writeFileWhole.js";

const stageRecord = z.object({
  name: z.string(),
  status: z.enum(["done", "failed", "notRun"]),
  rows: z.number(),
  bytes: z.number(),
  seconds: z.number(),
  /** Greatest resident memory of the process while the stage ran. */
  peakBytes: z.number(),
  /** Code of the error that ended a failed stage. */
  error: z.string().optional(),
});

const runRecord = z.object({
  format: z.literal(runFormat),
  tool: z.string(),
  /** The hash is known once the first stage has read the snapshot. */
  snapshot: z.object({ name: z.string(), sha256: z.string().nullable() }),
  /** The options that decide what comes out; threads and memory do not. */
  options: z.object({ strict: z.boolean(), with: z.array(z.string()) }),
  stages: z.array(stageRecord),
});

/** What became of one stage; `notRun` counts nothing. */
export type StageRecord = Readonly<z.infer<typeof stageRecord>>;
export type RunRecord = Readonly<z.infer<typeof runRecord>>;

const versions = z.object({ format: z.number().int(), tool: z.string() });

/** Makes sure that a file is the record of some version of unnest. Throws RUN_DIRECTORY_DAMAGED. */
export async function requireRecord(path: string): Promise<void> {
  await readVersions(path);
}

/** What any version's record says; null when there is no file. */
async function readVersions(
  path: string,
): Promise<{ readonly content: unknown; readonly format: number; readonly tool: string } | null> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    if (error instanceof SyntaxError) throw damaged(path, "It is no JSON.", strangersRemedy);
    throw error;
  }
  const written = versions.safeParse(content);
  if (!written.success) throw damaged(path, "It does not say which version wrote it.", strangersRemedy);
  return { content, ...written.data };
}

/** It may be somebody else's, so that `--fresh` does not touch it either. */
const strangersRemedy = "Choose another directory with `--out`; if this one is a run's, remove it yourself.";

/** The record of a run directory; null when there is none. Throws RUN_DIRECTORY_NEWER, _OLDER, _DAMAGED. */
export async function readRecord(path: string): Promise<RunRecord | null> {
  const written = await readVersions(path);
  if (written === null) return null;
  const { content, format, tool } = written;
  if (format > runFormat || compareVersions(tool, toolVersion()) > 0)
    throw otherVersion("RUN_DIRECTORY_NEWER", path, tool);
  if (format < runFormat) throw otherVersion("RUN_DIRECTORY_OLDER", path, tool);
  const record = runRecord.safeParse(content);
  if (!record.success) throw damaged(path, `Wrong at ${record.error.issues[0]?.path.join(".") ?? "?"}.`);
  return record.data;
}

/** The error for a directory of another version of the tool. */
export function otherVersion(
  code: "RUN_DIRECTORY_NEWER" | "RUN_DIRECTORY_OLDER",
  path: string,
  tool: string,
): UnnestError {
  const age = code === "RUN_DIRECTORY_NEWER" ? "a newer" : "an older";
  return new UnnestError(code, `This run directory was written by ${age} version of unnest.`, {
    file: path,
    writtenBy: tool,
    thisVersion: toolVersion(),
  });
}

function damaged(path: string, why: string, remedy?: string): UnnestError {
  const options = remedy === undefined ? {} : { remedy };
  return new UnnestError("RUN_DIRECTORY_DAMAGED", `The run record cannot be read. ${why}`, { file: path }, options);
}

export async function writeRecord(path: string, record: RunRecord): Promise<void> {
  await writeFileWhole(path, `${JSON.stringify(record, null, 2)}\n`);
}
