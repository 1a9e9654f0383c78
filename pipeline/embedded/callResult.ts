/** What a call of a function comes to. */
import type { UserIdentity } from "convex/server";
import type { JSONValue } from "convex/values";

/** Who calls: an admin may call internal functions as well, and act as a user. */
export interface Caller {
  readonly admin: boolean;
  /** What `ctx.auth.getUserIdentity()` answers. */
  readonly identity?: UserIdentity | null | undefined;
}

export type CallResult =
  | { readonly status: "success"; readonly value: JSONValue; readonly logLines: readonly string[] }
  /** The function failed; `errorData` is a ConvexError's. Both are in Convex's JSON encoding. */
  | {
      readonly status: "error";
      readonly errorMessage: string;
      readonly errorData?: JSONValue;
      readonly logLines: readonly string[];
    }
  /** The deployment did not run it. */
  | { readonly status: "rejected"; readonly http: number; readonly code: string; readonly message: string };
