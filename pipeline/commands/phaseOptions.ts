/** Options that the commands of a phase share. */
import type { Command } from "commander";
import { z } from "zod";
import { mostDocuments } from "../phases/driveWalk.js";
import { forcible } from "../phases/reasons.js";
import { wholeNumber } from "./options.js";

const repeated = (name: string, all: string[] = []): string[] => [...all, name];

export const forceOption = z.object({
  force: z
    .array(
      z.string().refine((code) => forcible.includes(code), {
        error: ({ input }) => `--force knows ${forcible.join(", ")}, not "${input}".`,
      }),
    )
    .default([]),
});

export function addForceOption(command: Command): Command {
  return command.option("--force <code>", "let a reason pass, by its code; may be repeated", repeated);
}

export const bufferOption = z.object({ bufferDays: wholeNumber("--buffer-days", 0, 3650).optional() });

export function addBufferOption(command: Command): Command {
  return command.option("--buffer-days <days>", "days in `new` before cleanup may begin (default: 30)");
}

export const pageOption = z.object({ documents: wholeNumber("--documents", 1, mostDocuments) });

export function addPageOption(command: Command): Command {
  return command.option("--documents <number>", "most documents a call, to go gently", String(mostDocuments));
}

export const dryRunOption = z.object({ dryRun: z.boolean().default(false) });
