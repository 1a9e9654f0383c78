/** `rehearsal.json`: how a rehearsal went. Ids and names only. */
import { z } from "zod";
import { faultLevels } from "./faultSchedule.js";
import { trafficLevels } from "./rehearsal.js";

const figure = z.object({
  name: z.string(),
  value: z.number(),
  unit: z.enum(["count", "bytes", "seconds", "share", "perSecond"]),
  timed: z.boolean(),
  isDetail: z.boolean().optional(),
});

const check = z.object({ name: z.string(), looked: z.number(), failed: z.number(), findings: z.array(z.string()) });

const playedStep = z.object({
  name: z.string(),
  title: z.string(),
  status: z.enum(["passed", "failed", "skipped", "notRun"]),
  seconds: z.number(),
  /** Why it was skipped, or what it failed with. */
  reason: z.string().nullable(),
  figures: z.array(figure),
  checks: z.array(check),
});

export const rehearsalReport = z.object({
  tool: z.string(),
  verdict: z.enum(["passed", "failed"]),
  /** Where it failed, and what to do next; null when it passed. */
  failure: z.object({ step: z.string(), message: z.string(), remedy: z.string() }).nullable(),
  snapshot: z.object({ name: z.string(), sha256: z.string() }),
  deployment: z.enum(["embedded", "remote"]),
  seed: z.number(),
  users: z.number(),
  traffic: z.enum(trafficLevels),
  faults: z.enum(faultLevels),
  seconds: z.number(),
  /** Greatest resident memory of the process that played deployment and users. */
  peakBytes: z.number(),
  steps: z.array(playedStep),
  /** What users did, by action. */
  actions: z.array(z.object({ action: z.string(), done: z.number(), refused: z.number(), failed: z.number() })),
});

export type RehearsalReport = Readonly<z.infer<typeof rehearsalReport>>;
export type PlayedStep = RehearsalReport["steps"][number];
export type PlayedFigure = PlayedStep["figures"][number];
