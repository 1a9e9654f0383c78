/** Options of the commands: what commander hands over as texts becomes values here, or a USAGE error. */
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import type { Command } from "commander";
import { z } from "zod";
import { UnnestError } from "../errors.js";
import { defaultMemoryLimit, leastMemory, parseMemorySize } from "./memorySize.js";

const mostThreads = 256;

export const wholeNumber = (option: string, least: number, most: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most, {
      error: ({ input }) => `${option} must be a whole number from ${least} to ${most}, not "${input}".`,
    })
    .transform(Number);

const memorySize = z
  .string()
  .refine((text) => (parseMemorySize(text) ?? 0) >= leastMemory, {
    error: ({ input }) => `--memory-limit must be a size like 4GiB or 512MB, at least 64MiB, not "${input}".`,
  })
  .transform((text) => parseMemorySize(text) ?? leastMemory);

/** `--out`; kept as the user wrote it for what is printed. */
const directory = z.string().min(1, { error: "--out must name a directory." });

export const showOptions = z.object({
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
  color: z.boolean().default(true),
});

export const resourceOptions = z.object({
  threads: wholeNumber("--threads", 1, mostThreads)
    .optional()
    .transform((given) => given ?? defaultThreads()),
  memoryLimit: memorySize.optional().transform((given) => given ?? defaultMemoryLimit()),
});

export const valuesOption = z.object({ values: z.boolean().default(false) });

export const directoryOption = z.object({ out: directory });

function defaultThreads(): number {
  return Math.min(mostThreads, availableParallelism());
}

/** `--with`, which may be repeated; the names come from the model. */
export const withOption = (known: readonly string[]) =>
  z.object({
    with: z
      .array(
        z.string().refine((name) => known.includes(name), {
          error: ({ input }) => `--with knows ${known.join(", ")}, not "${input}".`,
        }),
      )
      .default([])
      .transform((names) => [...new Set(names)].sort()),
  });

export const generateOptions = z.object({
  messages: wholeNumber("--messages", 1, 100_000_000),
  seed: wholeNumber("--seed", 0, 2 ** 32 - 1),
  embeddings: z.boolean().default(false),
  meanBytes: wholeNumber("--mean-bytes", 1200, 100_000),
  folder: z.boolean().default(false),
  out: z.string().min(1, { error: "--out must name a file." }),
});

export const sampleOptions = z.object({
  users: wholeNumber("--users", 1, 100_000_000),
  seed: wholeNumber("--seed", 0, 2 ** 32 - 1),
  anonymize: z.boolean().default(false),
  remint: z.boolean().default(false),
  keyFile: z.string().min(1, { error: "--key-file must name a file." }).optional(),
  out: z.string().min(1, { error: "--out must name a file." }),
});

/** Throws USAGE with the first thing that is wrong. */
export function parseOptions<T>(schema: z.ZodType<T>, options: unknown): T {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new UnnestError("USAGE", parsed.error.issues[0]?.message ?? "An option is wrong.");
}

export const absolute = (path: string): string => resolve(path);

export function addDirectoryOption(command: Command): Command {
  return command.option("--out <directory>", "run directory", "./unnest-out");
}

export function addValuesOption(command: Command): Command {
  return command.option("--values", "show some of the ledger's values in report.html: personal data");
}

export function addShowOptions(command: Command): Command {
  return command
    .option("--json", "print JSON, one value a line")
    .option("--quiet", "print nothing but results and errors")
    .option("--no-color", "no colors (NO_COLOR does the same)");
}

export function addResourceOptions(command: Command): Command {
  return command
    .option("--threads <number>", "threads of DuckDB and mapping workers (default: one a processor)")
    .option(
      "--memory-limit <size>",
      "memory of the work; DuckDB has half of it (at least 256MiB of it) before it spills to disk (default: half of the machine's, at most 4GiB)",
    );
}
