import type { GenericValidator } from "convex/values";
import { isOptional } from "./columnModel.js";

/** A validator in the short form of the specification: `str`, `→ users`, `[num]`, `{light, dark}`, `object(width?: num)`. */
export function shortType(validator: GenericValidator): string {
  switch (validator.kind) {
    case "string":
      return "str";
    case "float64":
      return "num";
    case "boolean":
      return "bool";
    case "id":
      return `→ ${validator.tableName}`;
    case "array":
      return `[${shortType(validator.element)}]`;
    case "object":
      return `object(${Object.entries(validator.fields)
        .map(([name, field]) => shortField(name, field))
        .join(", ")})`;
    case "record":
      return `record(${shortType(validator.key)}, ${shortType(validator.value)})`;
    case "literal":
      return String(validator.value);
    case "union":
      return `{${validator.members.map(shortType).join(", ")}}`;
    default:
      return validator.kind;
  }
}

/** A field with its name: `width?: num`. */
export function shortField(name: string, validator: GenericValidator): string {
  return `${name}${isOptional(validator) ? "?" : ""}: ${shortType(validator)}`;
}
