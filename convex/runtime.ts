/**
 * What every function here is built with: Convex's generic builders, typed by the transitional schema's data model, so that an
 * application mounts these modules as they are and nothing is generated.
 */
import {
  type DataModelFromSchemaDefinition,
  type GenericMutationCtx,
  type GenericQueryCtx,
  internalMutationGeneric,
  internalQueryGeneric,
  type MutationBuilder,
  type QueryBuilder,
} from "convex/server";
import type { transitionalSchema } from "./schema/transitionalSchema.js";

export type DataModel = DataModelFromSchemaDefinition<typeof transitionalSchema>;
export type MutationCtx = GenericMutationCtx<DataModel>;
export type QueryCtx = GenericQueryCtx<DataModel>;

export const internalMutation = internalMutationGeneric as MutationBuilder<DataModel, "internal">;
export const internalQuery = internalQueryGeneric as QueryBuilder<DataModel, "internal">;
