import type { GenericValidator } from "convex/values";

/** The tables whose ids a validator asks for, at any depth. */
export function referencedTables(validator: GenericValidator): string[] {
  switch (validator.kind) {
    case "id":
      return [validator.tableName];
    case "array":
      return referencedTables(validator.element);
    case "object":
      return Object.values(validator.fields).flatMap(referencedTables);
    case "record":
      return [validator.key, validator.value].flatMap(referencedTables);
    case "union":
      return validator.members.flatMap(referencedTables);
    default:
      return [];
  }
}
