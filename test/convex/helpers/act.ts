/** Calls helpers as an application's mutation does, and brings parts to a step. */
import { expect, vi } from "vitest";
import { anyReader } from "../../../convex/documents.js";
import type { SchedulingContext } from "../../../convex/helpers/helperContext.js";
import { cleanPart } from "../../../convex/phase/cleanPart.js";
import type { Phase, Step } from "../../../convex/phases.js";
import { withPartValue } from "../../../convex/sync/partValue.js";
import { startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import type { Fields, Transform } from "../../../transforms/defineTransform.js";
import { type Deployment, setStep } from "../deployment.js";

/** One of each kind: nothing but arrays, both sides, rows first, rows alone, both again, rows for good. */
export const steps: readonly Step[] = ["off", "dual-write", "new-then-old", "cleaned", "returning", "complete"];

/** Runs a helper in a mutation of its own. */
export async function act<T>(deployment: Deployment, work: (ctx: SchedulingContext) => Promise<T>): Promise<T> {
  return await deployment.run(async (ctx) => await work({ ...ctx, unnest: await startSync(ctx) }));
}

/** The code a helper refuses with. */
export async function refusal(deployment: Deployment, work: (ctx: SchedulingContext) => Promise<unknown>) {
  const failed = await act(deployment, work).then(
    () => null,
    (error: { readonly data?: { readonly code?: string } }) => error,
  );
  return failed === null ? null : (failed.data?.code ?? String(failed));
}

/** Brings all documents of some parts, and their phase, to a step as a migration would. */
export async function bring(deployment: Deployment, phase: Phase, step: Step, parts: readonly Transform[]) {
  if (step === "off") return;
  await setStep(deployment, phase, "dual-write");
  const each = async (work: (transform: Transform, id: string) => Promise<unknown>) => {
    for (const transform of parts) {
      const ids = await deployment.run(async ({ db }) => {
        return (await anyReader(db).query(transform.table).collect()).map(({ _id }) => _id);
      });
      for (const id of ids) await work(transform, id);
    }
  };
  await each((transform, id) => act(deployment, async ({ unnest }) => syncPart(unnest, transform, id)));
  const cleans = step === "cleaned" || step === "returning" || step === "complete";
  await setStep(deployment, phase, cleans ? "cleaned" : step);
  if (!cleans) return;
  await each((transform, id) =>
    act(deployment, async ({ unnest }) => {
      const document = await unnest.db.get(id);
      if (document !== null) await cleanPart(unnest, transform, document, false);
    }),
  );
  await setStep(deployment, phase, step);
}

/** The moved fields of a part, whichever side holds them. */
export async function partValue(deployment: Deployment, transform: Transform, id: string, step: Step): Promise<Fields> {
  return await deployment.run(async ({ db }) => {
    const reader = anyReader(db);
    const document = await reader.get(id);
    if (document === null) return {};
    const valued = await withPartValue(reader, transform, document, step);
    const fields = transform.moves.map((field) => [field, valued[field]] as const);
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  });
}

/** Holds a document against where its step has the moved fields stand. */
export async function expectSide(deployment: Deployment, transform: Transform, id: string, step: Step): Promise<void> {
  const document = await deployment.run(async ({ db }) => await anyReader(db).get(id));
  const standing = transform.moves.filter((field) => document?.[field] !== undefined);
  if (step === "cleaned" || step === "complete") expect(standing).toEqual([]);
  else expect(standing).not.toEqual([]);
}

/** Lets everything that is scheduled run, and what that schedules. Needs fake timers. */
export async function finish(deployment: Deployment): Promise<void> {
  await deployment.finishAllScheduledFunctions(vi.runAllTimers);
}
