/** Why a deployment refuses a phase's step, and what to do about each reason. */
import { z } from "zod";
import { steps } from "../../convex/schema/steps.js";
import { CallFailure } from "../remote/callFailure.js";
import { printable } from "../terminal/printable.js";
import { formatCount, formatDuration } from "../terminal/quantities.js";

const codes = [
  "wrong_step",
  "not_mounted",
  "earlier_tables",
  "old_jobs",
  "open_jobs",
  "old_touches",
  "set_aside_jobs",
  "shadow_differences",
  "not_backfilled",
  "not_drift_free",
  "nothing_compared",
  "verification_stale",
  "parts_differ",
  "rows_left",
  "buffer_running",
  "old_field_writes",
  "not_cleaned",
  "values_not_saved",
] as const;

type ReasonCode = (typeof codes)[number];

/** The reasons that an operator may let pass by name. */
export const forcible: readonly string[] = codes.filter((code) => code !== "wrong_step");

const names = z.array(z.string().max(200)).max(1000);

const reason = z.object({
  code: z.enum(codes),
  count: z.number().optional(),
  /** Of the oldest, in milliseconds. */
  age: z.number().optional(),
  /** Milliseconds until the reason is gone. */
  wait: z.number().optional(),
  /** Where the phase is. */
  step: z.enum(steps).optional(),
  tables: names.optional(),
  /** Of this reader so many answers were compared, and so many have to be. */
  reader: z.string().max(200).optional(),
  compared: z.number().optional(),
  needed: z.number().optional(),
  /** As `message/toolCalls`. */
  parts: names.optional(),
  /** As `table.field`. */
  fields: names.optional(),
});

export type Reason = z.infer<typeof reason>;

const refusal = z.object({ code: z.literal("switch_refused"), reasons: z.array(reason).min(1).max(100) });

/** The reasons in a failure, when the failure is a switch that was refused; else null. */
export function reasonsIn(error: unknown): readonly Reason[] | null {
  if (!(error instanceof CallFailure) || error.kind !== "refused") return null;
  const parsed = refusal.safeParse(error.data);
  return parsed.success ? parsed.data.reasons : null;
}

interface Explanation {
  readonly says: (reason: Reason) => string;
  /** What to do, with the command where there is one. */
  readonly remedy: (phase: string) => string;
}

const list = (texts: readonly string[] = []): string => texts.map(printable).join(", ");
const many = (count = 0): string => formatCount(count);

const explanations: Readonly<Record<ReasonCode, Explanation>> = {
  wrong_step: {
    says: ({ step }) => `the phase is at ${step ?? "another step"}; it goes one step at a time`,
    remedy: () => "`unnest status` shows the next step",
  },
  not_mounted: {
    says: ({ tables }) => `the deployed schema does not check ${list(tables)}`,
    remedy: (phase) => `let \`mountTables\` in convex/schema.ts take in phase ${phase} and deploy`,
  },
  earlier_tables: {
    says: ({ tables }) =>
      `an earlier version of unnest, whose tables had no prefix, has phases switched on in ${list(tables)}`,
    remedy: () =>
      "with that version `unnest abort` them (`unnest rebuild` a cleaned one first), delete its tables, then begin anew",
  },
  old_jobs: {
    says: ({ count, age = 0 }) => `${many(count)} jobs wait, the oldest for ${formatDuration(age)}`,
    remedy: () =>
      "wait; if they stay, the deployment's log tells why `runJob` fails, then `unnest status --retry-jobs`",
  },
  open_jobs: {
    says: ({ count }) => `${many(count)} jobs are not worked off`,
    remedy: () => "wait a minute and try again",
  },
  old_touches: {
    says: ({ age = 0 }) => `a change of a count has waited for ${formatDuration(age)}: the fold stands still`,
    remedy: () => "start it with `npx convex run unnest:tick`; the deployment's log tells why it stopped",
  },
  set_aside_jobs: {
    says: ({ count }) => `${many(count)} jobs failed five times and were set aside`,
    remedy: () => "the deployment's log tells why; then `unnest status --retry-jobs`",
  },
  shadow_differences: {
    says: ({ count = 0 }) => `${many(count)}${count >= 100 ? " or more" : ""} answers of old and new differ`,
    remedy: () => "look at the table unnestShadowDifferences and delete the rows that are explained",
  },
  not_backfilled: {
    says: () => "what stood before dual-write is not imported whole",
    remedy: () => "`unnest import`",
  },
  not_drift_free: {
    says: () => "no delta was empty since the import, the last repair or the rebuild",
    remedy: () => "export again, `unnest delta <snapshot>`, `unnest import --delta`",
  },
  nothing_compared: {
    says: ({ reader, compared, needed }) =>
      `of ${list([reader ?? "a reader"])} ${many(compared)} answers of old and new were compared, of ${many(needed)} or all there are`,
    remedy: (phase) =>
      `\`unnest verify ${phase}\` compares them now; the deployment does so by itself in the first minutes of \`shadow\``,
  },
  verification_stale: {
    says: ({ parts, age }) =>
      `${list(parts)} ${age === undefined ? "are not verified since the import, the last repair or the rebuild" : `were not verified for ${formatDuration(age)}`}`,
    remedy: (phase) => `\`unnest verify ${phase}\``,
  },
  parts_differ: {
    says: ({ count, parts }) => `the last verification found ${many(count)} differences in ${list(parts)}`,
    remedy: (phase) =>
      `\`unnest verify ${phase}\` names them; export again, \`unnest delta <snapshot>\`, \`unnest import --delta\`, verify again`,
  },
  rows_left: {
    says: ({ tables }) => `rows of an earlier start stand in ${list(tables)}`,
    remedy: (phase) => `\`unnest abort ${phase}\` removes them`,
  },
  buffer_running: {
    says: ({ wait = 0 }) => `the buffer runs for another ${formatDuration(wait)}`,
    remedy: () => "wait: until then old fields are at hand",
  },
  old_field_writes: {
    says: ({ fields }) => `the application wrote ${list(fields)} outside a helper`,
    remedy: () => "let it call the helper instead, or the write will fail once the phase is cleaned",
  },
  not_cleaned: {
    says: () => "no whole cleanup has left nothing",
    remedy: (phase) => `\`unnest cleanup ${phase}\``,
  },
  values_not_saved: {
    says: ({ tables }) => `${list(tables)} hold values of the application that are not saved`,
    remedy: (phase) => `\`unnest abort ${phase}\` saves them first`,
  },
};

/** A reason as a person reads it. */
export function explain(reason: Reason, phase: string): { readonly says: string; readonly remedy: string } {
  const { says, remedy } = explanations[reason.code];
  return { says: says(reason), remedy: remedy(phase) };
}

/** `buffer_running: the buffer runs for another 29 days. → wait …`, one line each. */
export function explainAll(reasons: readonly Reason[], phase: string): string[] {
  return reasons.map((reason) => {
    const { says, remedy } = explain(reason, phase);
    return `${reason.code}: ${says} → ${remedy}`;
  });
}
