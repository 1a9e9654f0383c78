import type { WithoutSystemFields } from "convex/server";
import type { Doc } from "../documents.js";
import type { DataModel } from "../runtime.js";

/**
 * A row as both sides answer it; from the old side it has no id, and no creation time of its own. It has its place and the encoding of its
 * arguments also where the application wrote it without.
 */
export type ReadRow<Table extends keyof DataModel & string> = WithoutSystemFields<Doc<Table>> &
  Required<Pick<Doc<Table>, Extract<keyof Doc<Table>, "position" | "argsEncoding">>> &
  Partial<Pick<Doc<Table>, "_id" | "_creationTime">>;
