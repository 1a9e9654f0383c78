/** Moved fields that are arrays, as helpers edit them. */
import { ConvexError, type Validator, type Value } from "convex/values";
import type { Fields } from "../../transforms/defineTransform.js";
import { isObject } from "../../transforms/sameValue.js";
import { fits } from "../fits.js";
import { movedField } from "../tableFacts.js";

/** An element that is an object, which those of messages are. */
export type ElementFields = Record<string, Value | undefined>;

/** The elements of a moved field. The schema admits nothing but an array, and an absent one is empty. */
export function elementsOf(document: Fields, field: string): Value[] {
  const value = document[field];
  return Array.isArray(value) ? value : [];
}

/** The same, those that are objects. */
export function objectsOf(document: Fields, field: string): readonly ElementFields[] {
  return elementsOf(document, field).filter(isObject);
}

/** An array as its field holds it: one without elements is no field. */
export function orAbsent(elements: readonly (Value | ElementFields)[]): Value | undefined {
  return elements.length === 0 ? undefined : (elements as readonly Value[] as Value);
}

/**
 * Holds an element against the field's description before it is written: under authority `new` no old field is there that
 * would refuse it, and the mapping gives an element that does not fit no row.
 *
 * @throws ConvexError `invalid_value` with ids and field, never with the value
 */
export function refuseMisfit(table: string, documentId: string, field: string, element: ElementFields): void {
  const { element: validator } = movedField(table, field).was as unknown as { readonly element: Validator<Value> };
  if (!fits(validator, element)) throw new ConvexError({ code: "invalid_value", table, documentId, field });
}
