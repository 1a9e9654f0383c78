import { z } from "zod";
import { deploymentClasses } from "../convexFormat/functionLimits.js";
import { parsePhase } from "../phases/phaseArgument.js";
import { parseMemorySize } from "./memorySize.js";
import { wholeNumber } from "./options.js";

type DeploymentClass = keyof typeof deploymentClasses;

/** Of what a class can take, the rest is the users' (spec 6). */
const defaultShare = 0.4;

const [leastBudget, mostBudget] = [64 * 1024, 1024 ** 3];
const [leastBatch, mostBatch] = [16 * 1024, 8 * 1024 * 1024];

const size = (option: string, least: number, most: number) =>
  z
    .string()
    .refine((text) => (parseMemorySize(text) ?? 0) >= least && (parseMemorySize(text) ?? 0) <= most, {
      error: ({ input }) =>
        `${option} must be a size like 512KiB or 2MiB, from ${least / 1024}KiB to ${most / 1024}KiB, not "${input}".`,
    })
    .transform((text) => parseMemorySize(text) ?? least);

/** Options of `import` alone. `phase` is null for all; `class` null for what the deployment says. */
export const importOptions = z.object({
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
    .refine(isClass, { error: `--class must be one of ${Object.keys(deploymentClasses).join(", ")}.` })
    .nullable()
    .default(null),
  writeBudget: z.union([z.literal("none"), size("--write-budget", leastBudget, mostBudget)]).optional(),
});

function isClass(text: string): text is DeploymentClass {
  return Object.hasOwn(deploymentClasses, text);
}

/**
 * Bytes of log and index entries a second that an import may write; null for any number.
 *
 * @param told the class the deployment says it has; one that nobody knows here, or none, counts as the smallest
 */
export function writeBudgetOf(
  { writeBudget, class: named }: Pick<z.infer<typeof importOptions>, "writeBudget" | "class">,
  told: string | null,
): number | null {
  if (writeBudget === "none") return null;
  const of = named ?? (told !== null && isClass(told) ? told : "s16");
  return writeBudget ?? Math.floor(deploymentClasses[of].writeBytesPerSecond * defaultShare);
}
