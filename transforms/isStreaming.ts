import type { Value } from "convex/values";

/** Is the message still being written? What is partial in one that is not has settled (spec 4). */
export function isStreaming(status: Value | undefined): boolean {
  return status === "pending" || status === "generating";
}
