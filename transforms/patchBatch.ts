/** How a repair of an existing document travels: the pipeline's `package/patches.jsonl`, as arguments of `applyPatches`. */
import type { Value } from "convex/values";
import type { PartEntry } from "./defineTransform.js";
import { withoutAbsent } from "./withoutAbsent.js";

/**
 * A repair, applied only where the document still holds what it expects. A field that is expected to be absent is named in
 * `absent`: `{"$undefined":null}`, which says it in `patches.jsonl`, cannot stand in an argument.
 */
export interface BatchPatch {
  readonly table: string;
  readonly _id: string;
  readonly expect: Readonly<Record<string, Value>>;
  readonly absent: readonly string[];
  readonly set: Readonly<Record<string, Value>>;
  readonly unset: readonly string[];
}

/** @param patch a field that it expects to be absent is undefined in `expect` */
export function encodePatch(table: string, _id: string, patch: NonNullable<PartEntry["patch"]>): BatchPatch {
  const { expect, set = {}, unset = [] } = patch;
  const absent = Object.keys(expect).filter((field) => expect[field] === undefined);
  return { table, _id, expect: withoutAbsent(expect), absent, set: withoutAbsent(set), unset };
}
