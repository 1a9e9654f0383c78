/** The validators of a function, which it exports as JSON, as `convex/values` has them. */
import { type GenericValidator, type ValidatorJSON, v } from "convex/values";

/** @throws TypeError for a kind that `convex/values` does not have */
export function validatorFromJson(json: ValidatorJSON): GenericValidator {
  switch (json.type) {
    case "null":
      return v.null();
    case "number":
      return v.number();
    case "bigint":
      return v.int64();
    case "boolean":
      return v.boolean();
    case "string":
      return v.string();
    case "bytes":
      return v.bytes();
    case "any":
      return v.any();
    case "literal":
      return v.literal(json.value as string);
    case "id":
      return v.id(json.tableName);
    case "array":
      return v.array(required(json.value));
    case "record":
      return v.record(required(json.keys) as never, required(json.values.fieldType));
    case "object": {
      const fields = Object.entries(json.value).map(([name, { fieldType, optional }]) => {
        const field = validatorFromJson(fieldType);
        return [name, optional ? v.optional(required(fieldType)) : field];
      });
      return v.object(Object.fromEntries(fields));
    }
    case "union":
      return v.union(...json.value.map(required));
    default:
      throw new TypeError("a function exports a validator of an unknown kind");
  }
}

/** The builders' types want to know that a validator is not optional; none here is. */
function required(json: ValidatorJSON): ReturnType<typeof v.any> {
  return validatorFromJson(json) as ReturnType<typeof v.any>;
}
