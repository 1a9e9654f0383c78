import type { GenericDataModel, GenericMutationCtx, MutationBuilder } from "convex/server";
import type { MutationCtx } from "../runtime.js";
import { settle } from "../sync/settle.js";
import { type Sync, startSync } from "../sync/sync.js";
import { type MutationBuilderWith, withContext } from "../withContext.js";
import { wrapDatabase } from "./wrapDatabase.js";

/** The builders an application makes its mutations with. */
interface Builders<Model extends GenericDataModel> {
  readonly mutation: MutationBuilder<Model, "public">;
  readonly internalMutation: MutationBuilder<Model, "internal">;
  /** The optional tables that are kept in step: the same list as the pipeline's `--with`, or none of their rows is written. */
  readonly withOptions?: readonly string[];
}

type DualWriteCtx<Model extends GenericDataModel> = GenericMutationCtx<Model> & { unnest: Sync };

/**
 * The same two builders, under which every write of `ctx.db` also keeps the new tables in step, and `ctx.unnest` is there for the
 * helpers. Each mutation reads the phases' switches once: at most seven documents.
 */
export function wrapMutations<Model extends GenericDataModel>(builders: Builders<Model>) {
  const { mutation, internalMutation, withOptions } = builders;
  const dualWrite = async (ctx: GenericMutationCtx<Model>) => {
    const unnest = await startSync(ctx as unknown as MutationCtx, { settles: true });
    return { unnest, db: wrapDatabase(unnest, ctx.db, withOptions) };
  };
  const end = async ({ unnest }: { readonly unnest: Sync }) => await settle(unnest);
  return {
    mutation: withContext<MutationBuilderWith<DualWriteCtx<Model>, "public">>(mutation, dualWrite, end),
    internalMutation: withContext<MutationBuilderWith<DualWriteCtx<Model>, "internal">>(
      internalMutation,
      dualWrite,
      end,
    ),
  };
}
