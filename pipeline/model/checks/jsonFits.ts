import type { GenericValidator } from "convex/values";
import { literal, literalList } from "../../db/quote.js";
import { isOptional } from "../columnModel.js";

const hasType = (json: string, ...types: readonly string[]): string =>
  types.length === 1
    ? `json_type(${json}) = ${literal(types[0] ?? "")}`
    : `json_type(${json}) IN (${types.map(literal).join(", ")})`;

/** Is it `{"$float": …}` or the like, the spelling of a value that JSON has none for? */
const isSpecial = (json: string, key: string): string =>
  `(${hasType(json, "OBJECT")} AND json_keys(${json}) = ${literalList([key])})`;

/**
 * An integer that fits 64 bits is an Int64, every other number a Float64: the spelling decides (spec 1).
 */
const isInt64 = (json: string): string =>
  `(${hasType(json, "BIGINT", "UBIGINT")} AND TRY_CAST(${json} AS BIGINT) IS NOT NULL)`;

const all = (conditions: readonly string[]): string =>
  conditions.length === 0 ? "true" : `(${conditions.join(" AND ")})`;

/**
 * A SQL condition: does a JSON value in the `"uniform"` encoding match a validator? True or false, for a value that is not SQL NULL. That an
 * id is one of its table is not asked here: the foreign key checks do.
 *
 * @param json a SQL expression of type JSON
 * @param validator of `convex/values`
 * @param depth how deep inside lists the expression stands; names the variables of nested lambdas
 */
export function jsonFits(json: string, validator: GenericValidator, depth = 0): string {
  const item = `item${depth}`;
  switch (validator.kind) {
    case "any":
      return "true";
    case "null":
      return hasType(json, "NULL");
    case "float64":
      return `(${hasType(json, "DOUBLE")} OR (${hasType(json, "UBIGINT")} AND NOT ${isInt64(json)}) OR ${isSpecial(json, "$float")})`;
    case "int64":
    case "commitTs":
      return `(${isInt64(json)} OR ${isSpecial(json, "$integer")})`;
    case "boolean":
      return hasType(json, "BOOLEAN");
    case "id":
    case "string":
      return hasType(json, "VARCHAR");
    case "function":
      return `(${hasType(json, "VARCHAR")} AND starts_with(json_extract_string(${json}, '$'), 'function://'))`;
    case "bytes":
      return isSpecial(json, "$bytes");
    case "literal":
      return typeof validator.value === "string"
        ? `(${hasType(json, "VARCHAR")} AND json_extract_string(${json}, '$') = ${literal(validator.value)})`
        : `CAST(${json} AS VARCHAR) = ${literal(Number.isInteger(validator.value) ? `${validator.value}.0` : String(validator.value))}`;
    case "array":
      return all([
        hasType(json, "ARRAY"),
        `len(list_filter(json_extract(${json}, '$[*]'), lambda ${item}: NOT ${jsonFits(item, validator.element, depth + 1)})) = 0`,
      ]);
    case "object": {
      const fields = Object.entries(validator.fields);
      return all([
        hasType(json, "OBJECT"),
        `list_has_all(${literalList(fields.map(([name]) => name))}, json_keys(${json}))`,
        ...fields.map(([name, field]) => {
          const value = `json_extract(${json}, ${literal(`/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`)})`;
          const fits = jsonFits(value, field, depth);
          return isOptional(field) ? `(${value} IS NULL OR ${fits})` : `(${value} IS NOT NULL AND ${fits})`;
        }),
      ]);
    }
    case "record":
      return all([
        hasType(json, "OBJECT"),
        `len(list_filter(json_keys(${json}), lambda ${item}: starts_with(${item}, '$'))) = 0`,
        `len(list_filter(json_extract(${json}, '$.*'), lambda ${item}: NOT ${jsonFits(item, validator.value, depth + 1)})) = 0`,
      ]);
    case "union":
      return `(${validator.members.map((member) => jsonFits(json, member, depth)).join(" OR ") || "false"})`;
  }
}
