/** What one field's validator says about its column. */
import type { GenericValidator } from "convex/values";
import { identifier } from "../db/quote.js";
import type { ColumnModel, IdPath, SqlType } from "./types.js";

/** Facts that stand beside the validator in the description of the table. */
export interface ColumnFlags {
  readonly moved: boolean;
  readonly birth: boolean;
  readonly applicationOwned: boolean;
  readonly bookkeeping: boolean;
}

const literalTypes: Readonly<Record<string, SqlType>> = {
  string: "VARCHAR",
  number: "DOUBLE",
  bigint: "BIGINT",
  boolean: "BOOLEAN",
};

/** The DuckDB type of a validator's values; a union has one where all members agree, else JSON holds the value. */
function sqlTypeOf(validator: GenericValidator): SqlType {
  switch (validator.kind) {
    case "id":
    case "string":
      return "VARCHAR";
    case "float64":
      return "DOUBLE";
    case "int64":
    case "commitTs":
      return "BIGINT";
    case "boolean":
      return "BOOLEAN";
    case "literal":
      return literalTypes[typeof validator.value] ?? "JSON";
    case "union": {
      const types = new Set(validator.members.map(sqlTypeOf));
      const [only = "JSON"] = types;
      return types.size === 1 ? only : "JSON";
    }
    default:
      return "JSON";
  }
}

/** The texts of an enumeration; undefined where any other text is allowed as well. */
function literalsOf(validator: GenericValidator): string[] | undefined {
  if (validator.kind === "literal") return typeof validator.value === "string" ? [validator.value] : undefined;
  if (validator.kind !== "union" || validator.members.length === 0) return undefined;
  const texts: string[] = [];
  for (const member of validator.members) {
    const more = literalsOf(member);
    if (more === undefined) return undefined;
    texts.push(...more);
  }
  return texts;
}

function idPathsOf(validator: GenericValidator, path: string): IdPath[] {
  switch (validator.kind) {
    case "id":
      return [{ path, table: validator.tableName }];
    case "array":
      return idPathsOf(validator.element, `${path}[*]`);
    case "object":
      return Object.entries(validator.fields).flatMap(([name, field]) =>
        idPathsOf(field, `${path}.${/^[A-Za-z_]\w*$/.test(name) ? name : identifier(name)}`),
      );
    case "record":
      return idPathsOf(validator.value, `${path}.*`);
    case "union": {
      // A place that may hold ids of two tables names none: which one is meant is not in the schema.
      const found = validator.members.flatMap((member) => idPathsOf(member, path));
      return found.filter((one) => found.every((other) => other.path !== one.path || other.table === one.table));
    }
    default:
      return [];
  }
}

/** The inner validator of an optional field: `v.optional(x)` is x with a flag, which an object's fields need not carry. */
export const isOptional = (validator: GenericValidator): boolean => validator.isOptional === "optional";

/**
 * The column of a field.
 *
 * @param name the field
 * @param validator its validator, optional or not
 * @param flags what the table's description says about the field
 */
export function columnModel(name: string, validator: GenericValidator, flags: ColumnFlags): ColumnModel {
  const idPaths = idPathsOf(validator, "$");
  const literals = literalsOf(validator);
  const whole = idPaths.find(({ path }) => path === "$");
  const sqlType = flags.moved ? "JSON" : sqlTypeOf(validator);
  return {
    name,
    sqlType,
    required: !isOptional(validator),
    ...(whole === undefined || sqlType !== "VARCHAR" ? {} : { references: whole.table }),
    idPaths,
    ...(literals === undefined ? {} : { literals }),
    validator,
    birth: flags.birth,
    applicationOwned: flags.applicationOwned,
    bookkeeping: flags.bookkeeping,
  };
}
