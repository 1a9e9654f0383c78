import type { GenericValidator, PropertyValidators, Value } from "convex/values";
import { isObject } from "../transforms/sameValue.js";
import type { AnyReader } from "./documents.js";

type Fields = Readonly<Record<string, Value | undefined>>;

/**
 * Does a value match a validator, as Convex checks it when it is written? Objects are strict at every level; undefined matches what is
 * optional. Of a kind that is not known here Convex itself has to say.
 *
 * @param db tells the tables of ids; without it any text is an id
 */
export function fits(validator: GenericValidator, value: Value | undefined, db?: AnyReader): boolean {
  if (value === undefined) return validator.isOptional === "optional";
  switch (validator.kind) {
    case "null":
      return value === null;
    case "float64":
      return typeof value === "number";
    case "int64":
      return typeof value === "bigint";
    case "boolean":
    case "string":
      return typeof value === validator.kind;
    case "bytes":
      return value instanceof ArrayBuffer;
    case "literal":
      return value === validator.value;
    case "id":
      return typeof value === "string" && isIdOf(validator.tableName, value, db);
    case "array":
      return Array.isArray(value) && value.every((item) => fits(validator.element, item, db));
    case "object":
      return isObject(value) && fieldsFit(validator.fields, value, db);
    case "record":
      return isObject(value) && entriesFit(validator.key, validator.value, value, db);
    case "union":
      return validator.members.some((member) => fits(member, value, db));
    default:
      return true;
  }
}

function isIdOf(table: string, text: string, db: AnyReader | undefined): boolean {
  if (db === undefined) return true;
  return (table.startsWith("_") ? db.system : db).normalizeId(table, text) !== null;
}

function fieldsFit(validators: PropertyValidators, fields: Fields, db: AnyReader | undefined): boolean {
  const isForeign = (name: string) => fields[name] !== undefined && !Object.hasOwn(validators, name);
  return (
    !Object.keys(fields).some(isForeign) &&
    Object.entries(validators).every(([name, validator]) => fits(validator as GenericValidator, fields[name], db))
  );
}

function entriesFit(key: GenericValidator, value: GenericValidator, record: Fields, db: AnyReader | undefined) {
  return Object.entries(record).every(
    ([name, held]) => held === undefined || (fits(key, name, db) && fits(value, held, db)),
  );
}
