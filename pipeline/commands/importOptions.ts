import { z } from "zod";
import { deploymentClasses } from "../convexFormat/functionLimits.js";
import { parsePhase } from "../phases/phaseArgument.js";
import { parseMemorySize } from "./memorySize.js";
import { wholeNumber } from "./options.js";

type DeploymentClass = keyof typeof deploymentClasses;

/** Of what a class can take, the rest is the users' (spec 6). */
const defaultShare = 0.4;

const leastBudget = 64 * 1024;
const [leastBatch, mostBatch] = [16 * 1024, 8 * 1024 * 1024];

const size = (option: string, least: number, most: number) =>
  z
    .string()
    .refine((text) => (parseMemorySize(text) ?? 0) >= least && (parseMemorySize(text) ?? 0) <= most, {
      error: ({ input }) =>
        `${option} must be a size like 512KiB or 2MiB, from ${least / 1024}KiB to ${most / 1024}KiB, not "${input}".`,
    })
    .transform((text) => parseMemorySize(text) ?? least);

/** Options of `import` alone. `writeBudget` is null for none; `phase` null for all. */
export const importOptions = z
  .object({
    delta: z.boolean().default(false),
    dryRun: z.boolean().default(false),
    phase: z
      .array(z.string())
      .optional()
      .transform((named) => named?.map(parsePhase) ?? null),
    concurrency: wholeNumber("--concurrency", 1, 1024),
    batchBytes: size("--batch-bytes", leastBatch, mostBatch),
    class: z
      .string()
      .transform((text) => text.toLowerCase())
      .refine((text): text is DeploymentClass => Object.hasOwn(deploymentClasses, text), {
        error: `--class must be one of ${Object.keys(deploymentClasses).join(", ")}.`,
      }),
    writeBudget: z.union([z.literal("none"), size("--write-budget", leastBudget, 1024 ** 3)]).optional(),
  })
  .transform(({ writeBudget, class: of, ...rest }) => ({ ...rest, writeBudget: budgetOf(writeBudget, of) }));

function budgetOf(given: number | "none" | undefined, of: DeploymentClass): number | null {
  if (given === "none") return null;
  return given ?? Math.floor(deploymentClasses[of].writeBytesPerSecond * defaultShare);
}
