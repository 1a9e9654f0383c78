import type { Value } from "convex/values";
import { jsonPointer } from "./jsonPointer.js";
import type { PartBuilder } from "./partBuilder.js";

/** `number` is Float64: an Int64 is another type. `any` fits every value. A list is an enumeration: one of its texts fits. */
type FieldType = "string" | "number" | "any" | readonly string[];

/** The fields an element of a moved field may have, as far as its row has columns for them. */
export interface ElementShape {
  /** What the row requires. */
  readonly required: Readonly<Record<string, FieldType>>;
  readonly optional: Readonly<Record<string, FieldType>>;
}

/** The first field the row requires that is absent or has the wrong type; null when there is none. */
export function lackingField(element: Record<string, Value | undefined>, shape: ElementShape): string | null {
  for (const field in shape.required) {
    if (!fits(element[field], shape.required[field])) return field;
  }
  return null;
}

/** A field's text; undefined where it is absent or no text. */
export function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A field's Float64; undefined where it is absent or something else. */
export function numberOf(value: Value | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/**
 * Keeps every field of an element that has no column: unknown ones, and known optional ones of the wrong type, which a
 * column cannot hold and the row does not require.
 *
 * @param path JSON Pointer of the element.
 */
export function keepStrayFields(
  part: PartBuilder,
  element: Record<string, Value | undefined>,
  shape: ElementShape,
  path: string,
  code = "unknown_field",
): void {
  for (const field of Object.keys(element)) {
    const value = element[field];
    if (value === undefined || Object.hasOwn(shape.required, field)) continue;
    const type = Object.hasOwn(shape.optional, field) ? shape.optional[field] : undefined;
    if (fits(value, type)) continue;
    const detail =
      type === undefined ? {} : { detail: `not ${typeof type === "string" ? `of type ${type}` : "an allowed text"}` };
    part.keptPart({ code, path: path + jsonPointer(field), value, ...detail });
  }
}

/** Is it a value of that type? An absent one is of none. */
export function fits(value: Value | undefined, type: FieldType | undefined): boolean {
  if (type === undefined || value === undefined) return false;
  if (typeof type !== "string") return typeof value === "string" && type.includes(value);
  return type === "any" || typeof value === type;
}
