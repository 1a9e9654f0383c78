import type { GenericDatabaseWriter, MutationMeta } from "convex/server";
import { wrapDatabase } from "../../../convex/dualWrite/wrapDatabase.js";
import type { DataModel } from "../../../convex/runtime.js";
import { settle } from "../../../convex/sync/settle.js";
import { startSync } from "../../../convex/sync/sync.js";
import type { Deployment } from "../deployment.js";

export type Wrapped = GenericDatabaseWriter<DataModel>;

/** One mutation of an application, written on the spot. */
export async function wrapped<Result>(
  deployment: Deployment,
  mutation: (db: Wrapped, ctx: { readonly meta: MutationMeta }) => Promise<Result>,
  withOptions: readonly string[] = [],
): Promise<Result> {
  return await deployment.run(async (ctx) => {
    const sync = await startSync(ctx, { settles: true });
    const result = await mutation(wrapDatabase(sync, ctx.db as Wrapped, withOptions), ctx);
    await settle(sync);
    return result;
  });
}

/** The data of the ConvexError with which a mutation was refused; null when it went well. */
export async function refusal(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => null,
    (error: unknown) => (error as { readonly data?: unknown }).data ?? error,
  );
}
