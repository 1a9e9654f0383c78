/** What the schema says of one place in a document, unions taken apart. */
import type { GenericValidator } from "convex/values";

/** The validators of a place, none of them a union: a value passes by one of them. None where the schema says nothing. */
export type Alternatives = readonly GenericValidator[];

export function alternativesOf(validator: GenericValidator | undefined): Alternatives {
  if (validator === undefined) return [];
  return validator.kind === "union" ? validator.members.flatMap(alternativesOf) : [validator];
}

/** Of an array's elements. */
export function elementOf(is: Alternatives): Alternatives {
  return is.flatMap((one) => (one.kind === "array" ? alternativesOf(one.element) : []));
}

/** Of what an object or a record holds under a key. */
export function memberOf(is: Alternatives, key: string): Alternatives {
  return is.flatMap((one) => {
    if (one.kind === "record") return alternativesOf(one.value);
    return one.kind === "object" && Object.hasOwn(one.fields, key) ? alternativesOf(one.fields[key]) : [];
  });
}

/** Is the text a literal there, alone or in an enumeration? Another text in its place would be refused. */
export function isLiteral(is: Alternatives, text: string): boolean {
  return is.some((one) => one.kind === "literal" && one.value === text);
}

/** Is the key a name in the application's code? Keys of records, and of values of any shape, are what users made them. */
export function isFieldName(is: Alternatives, key: string): boolean {
  const isOpen = is.some(({ kind }) => kind === "record" || kind === "any");
  return is.some((one) => {
    if (one.kind === "record") return isLiteral(alternativesOf(one.key), key);
    return one.kind === "object" && (!isOpen || Object.hasOwn(one.fields, key));
  });
}
