import type { Value } from "convex/values";
import { convexSize } from "../../transforms/index.js";

const byteLength = (text: string): number => Buffer.byteLength(text);

/** A value's bytes in Convex's own count, as `convexSize`; texts are measured by Node, without a copy of the long ones. */
export function valueSize(value: Value): number {
  return convexSize(value, byteLength);
}
