/** The application's builders: with these two, every mutation keeps the new tables in step. */
import { internalMutationGeneric, type MutationBuilder, mutationGeneric } from "convex/server";
import { wrapMutations } from "../../../convex/dualWrite/wrapMutations.js";
import type { DataModel } from "../../../convex/runtime.js";

// An application takes both, and its DataModel with them, from "./_generated/server".
const base = {
  mutation: mutationGeneric as MutationBuilder<DataModel, "public">,
  internalMutation: internalMutationGeneric as MutationBuilder<DataModel, "internal">,
};

export const { mutation, internalMutation } = wrapMutations({ ...base, withOptions: ["memories"] });
