import type { ColumnModel } from "./types.js";

/** An array of Float64: an embedding, and most of its document's bytes. */
export function isFloatArray({ sqlType, validator }: Pick<ColumnModel, "sqlType" | "validator">): boolean {
  return sqlType === "JSON" && validator.kind === "array" && validator.element.kind === "float64";
}
