import type { WithoutSystemFields } from "convex/server";
import type { Doc } from "../documents.js";
import type { DataModel } from "../runtime.js";

/** A row as both sides answer it; from the old side it has no id, and no creation time of its own. */
export type ReadRow<Table extends keyof DataModel & string> = WithoutSystemFields<Doc<Table>> &
  Partial<Pick<Doc<Table>, "_id" | "_creationTime">>;
