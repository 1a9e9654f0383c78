/** Convex's schema check, with its reasons (spec 9), for a value that was decoded from an export. */
import type { GenericValidator, Value } from "convex/values";
import { isOptional } from "./columnModel.js";

/**
 * The table a text is a canonical id of; null where the text is no such id, or no table has its number. `_storage` is a table too.
 */
export type IdTable = (text: string) => string | null;

export type Fields = Readonly<Record<string, Value | undefined>>;

const identifierPattern = /^[A-Za-z_]\w*$/;

/** Where a reason applies, as Convex prints paths; nothing for the value as a whole. */
const at = (path: string): string => (path === "" ? "" : ` Path: ${path}`);

const below = (path: string, key: string): string =>
  identifierPattern.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;

const mismatch = (path: string): string => `Value does not match validator.${at(path)}`;

function isPlainObject(value: Value): value is Record<string, Value | undefined> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ArrayBuffer);
}

function idReason(text: string, table: string, idTable: IdTable, path: string): string | null {
  const found = idTable(text);
  if (found === table) return null;
  if (found === null) return mismatch(path);
  return `Found ID "${text}" from table \`${found}\`, which does not match the table name in validator \`v.id("${table}")\`.${at(path)}`;
}

function fieldReason(
  fields: Fields,
  name: string,
  validator: GenericValidator,
  idTable: IdTable,
  path: string,
): string | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value !== undefined) return reasonAt(value, validator, idTable, below(path, name));
  if (isOptional(validator)) return null;
  return (
    `Object is missing the required field \`${name}\`. ` +
    `Consider wrapping the field validator in \`v.optional(...)\` if this is expected.${at(path)}`
  );
}

function fieldsReason(
  value: Fields,
  fields: Readonly<Record<string, GenericValidator>>,
  idTable: IdTable,
  path: string,
): string | null {
  const reason = firstReason(Object.entries(fields), ([name, validator]) =>
    fieldReason(value, name, validator, idTable, path),
  );
  if (reason !== null) return reason;
  const extra = Object.keys(value).find((name) => value[name] !== undefined && !Object.hasOwn(fields, name));
  return extra === undefined
    ? null
    : `Object contains extra field \`${extra}\` that is not in the validator.${at(path)}`;
}

function firstReason<T>(items: Iterable<T>, reasonOf: (item: T) => string | null): string | null {
  for (const item of items) {
    const reason = reasonOf(item);
    if (reason !== null) return reason;
  }
  return null;
}

function reasonAt(value: Value, validator: GenericValidator, idTable: IdTable, path: string): string | null {
  const unless = (matches: boolean): string | null => (matches ? null : mismatch(path));
  switch (validator.kind) {
    case "any":
      return null;
    case "null":
      return unless(value === null);
    case "float64":
      return unless(typeof value === "number");
    case "int64":
    case "commitTs":
      return unless(typeof value === "bigint");
    case "boolean":
      return unless(typeof value === "boolean");
    case "string":
      return unless(typeof value === "string");
    case "bytes":
      return unless(value instanceof ArrayBuffer);
    case "literal":
      return unless(value === validator.value);
    case "id":
      return typeof value === "string" ? idReason(value, validator.tableName, idTable, path) : mismatch(path);
    case "array": {
      if (!Array.isArray(value)) return mismatch(path);
      const { element } = validator;
      return firstReason(value.entries(), ([index, item]) => reasonAt(item, element, idTable, `${path}[${index}]`));
    }
    case "object":
      return isPlainObject(value) ? fieldsReason(value, validator.fields, idTable, path) : mismatch(path);
    case "record": {
      if (!isPlainObject(value)) return mismatch(path);
      return firstReason(Object.entries(value), ([key, item]) => {
        if (item === undefined) return null;
        const keyPath = below(path, key);
        return reasonAt(key, validator.key, idTable, keyPath) ?? reasonAt(item, validator.value, idTable, keyPath);
      });
    }
    case "union": {
      const [only, ...others] = validator.members;
      if (only !== undefined && others.length === 0) return reasonAt(value, only, idTable, path);
      // Why each member refused would say more, but Convex reports only that none matched.
      return unless(validator.members.some((member) => reasonAt(value, member, idTable, path) === null));
    }
  }
}

/**
 * Why a value does not match a validator, in Convex's words, or null where it does. Objects are strict at every level; that the validator
 * itself is optional says nothing here, since a value is there. Reasons name fields and ids, never other values.
 *
 * @param value decoded: Int64 as bigint, bytes as ArrayBuffer
 * @param validator of `convex/values`
 * @param idTable tells the table of an id; existence of the document is not checked, as in Convex
 */
export function validateValue(value: Value, validator: GenericValidator, idTable: IdTable): string | null {
  return reasonAt(value, validator, idTable, "");
}

/**
 * The same for one field of a document: also when it is missing though required.
 *
 * @param fields the document
 * @param name the field
 */
export function validateField(
  fields: Fields,
  name: string,
  validator: GenericValidator,
  idTable: IdTable,
): string | null {
  return fieldReason(fields, name, validator, idTable, "");
}

/**
 * The same for a document's fields; `_id` and `_creationTime` are left out first, absent fields may be undefined.
 *
 * @param fields the document
 * @param validators the table's fields, by name
 */
export function validateDocument(
  fields: Fields,
  validators: Readonly<Record<string, GenericValidator>>,
  idTable: IdTable,
): string | null {
  const { _id, _creationTime, ...own } = fields;
  return fieldsReason(own, validators, idTable, "");
}

/** Convex's sentence before a reason. */
export function mismatchMessage(table: string, reason: string): string {
  return `Failed to insert or update a document in table "${table}" because it does not match the schema: ${reason}`;
}
