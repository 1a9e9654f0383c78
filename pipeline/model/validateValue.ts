/** Convex's schema check, with its reasons (spec 9), for a value that was decoded from an export. */
import type { GenericValidator, Value } from "convex/values";
import { jsonPointer } from "../../transforms/index.js";
import { isOptional } from "./columnModel.js";

/**
 * The table a text is a canonical id of; null where the text is no such id, or no table has its number. `_storage` is a table too.
 */
export type IdTable = (text: string) => string | null;

export type Fields = Readonly<Record<string, Value | undefined>>;

const identifierPattern = /^[A-Za-z_]\w*$/;

/** Why a value does not match; its place is put together on the way up, so that values which do match pay nothing for it. */
class Mismatch {
  private path = "";

  /** @param pointer the place as a JSON Pointer, which names a missing or an extra field too */
  constructor(
    private readonly reason = "Value does not match validator.",
    public pointer = "",
  ) {}

  /** The same, seen from the object that has it at this key. */
  below(key: string): this {
    this.path = (identifierPattern.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`) + this.path;
    this.pointer = jsonPointer(key) + this.pointer;
    return this;
  }

  /** The same, seen from the array. */
  at(index: number): this {
    this.path = `[${index}]${this.path}`;
    this.pointer = jsonPointer(index) + this.pointer;
    return this;
  }

  /** As Convex prints it: without a path for the value as a whole. */
  toString(): string {
    return this.path === "" ? this.reason : `${this.reason} Path: ${this.path}`;
  }
}

function isPlainObject(value: Value): value is Record<string, Value | undefined> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ArrayBuffer);
}

function idMismatch(text: string, table: string, idTable: IdTable): Mismatch | null {
  const found = idTable(text);
  if (found === table) return null;
  if (found === null) return new Mismatch();
  return new Mismatch(
    `Found ID "${text}" from table \`${found}\`, which does not match the table name in validator \`v.id("${table}")\`.`,
  );
}

function fieldMismatch(fields: Fields, name: string, validator: GenericValidator, idTable: IdTable): Mismatch | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value !== undefined) return mismatchOf(value, validator, idTable)?.below(name) ?? null;
  if (isOptional(validator)) return null;
  return new Mismatch(missingFieldReason(name), jsonPointer(name));
}

function fieldsMismatch(
  value: Fields,
  fields: Readonly<Record<string, GenericValidator>>,
  idTable: IdTable,
): Mismatch | null {
  for (const name in fields) {
    const validator = fields[name];
    const mismatch = validator === undefined ? null : fieldMismatch(value, name, validator, idTable);
    if (mismatch !== null) return mismatch;
  }
  for (const name in value) {
    if (value[name] === undefined || Object.hasOwn(fields, name)) continue;
    return new Mismatch(extraFieldReason(name), jsonPointer(name));
  }
  return null;
}

function elementMismatch(elements: readonly Value[], validator: GenericValidator, idTable: IdTable): Mismatch | null {
  for (const [index, element] of elements.entries()) {
    const mismatch = mismatchOf(element, validator, idTable);
    if (mismatch !== null) return mismatch.at(index);
  }
  return null;
}

function recordMismatch(
  value: Fields,
  validators: { readonly key: GenericValidator; readonly value: GenericValidator },
  idTable: IdTable,
): Mismatch | null {
  for (const key in value) {
    const item = value[key];
    if (item === undefined) continue;
    const mismatch = mismatchOf(key, validators.key, idTable) ?? mismatchOf(item, validators.value, idTable);
    if (mismatch !== null) return mismatch.below(key);
  }
  return null;
}

const unless = (matches: boolean): Mismatch | null => (matches ? null : new Mismatch());

function mismatchOf(value: Value, validator: GenericValidator, idTable: IdTable): Mismatch | null {
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
    case "function":
      return unless(typeof value === "string" && value.startsWith("function://"));
    case "bytes":
      return unless(value instanceof ArrayBuffer);
    case "literal":
      return unless(value === validator.value);
    case "id":
      return typeof value === "string" ? idMismatch(value, validator.tableName, idTable) : new Mismatch();
    case "array":
      return Array.isArray(value) ? elementMismatch(value, validator.element, idTable) : new Mismatch();
    case "object":
      return isPlainObject(value) ? fieldsMismatch(value, validator.fields, idTable) : new Mismatch();
    case "record":
      return isPlainObject(value) ? recordMismatch(value, validator, idTable) : new Mismatch();
    case "union": {
      const [only] = validator.members;
      if (only !== undefined && validator.members.length === 1) return mismatchOf(value, only, idTable);
      // Why each member refused would say more, but Convex reports only that none matched.
      return unless(validator.members.some((member) => mismatchOf(value, member, idTable) === null));
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
  return mismatchOf(value, validator, idTable)?.toString() ?? null;
}

/** Where a document does not fit its schema, and why. */
export interface Misfit {
  /** JSON Pointer into the document: `/toolCalls/2/timestamp`, also where that is missing. */
  readonly path: string;
  /** In Convex's words. */
  readonly reason: string;
}

/**
 * The same for one field of a document: also when it is missing though required.
 *
 * @param fields the document
 * @param name the field
 */
export function fieldMisfit(
  fields: Fields,
  name: string,
  validator: GenericValidator,
  idTable: IdTable,
): Misfit | null {
  const mismatch = fieldMismatch(fields, name, validator, idTable);
  return mismatch && { path: mismatch.pointer, reason: mismatch.toString() };
}

/** Why a document that lacks a required field is refused, in Convex's words. */
export function missingFieldReason(name: string): string {
  return (
    `Object is missing the required field \`${name}\`. ` +
    "Consider wrapping the field validator in `v.optional(...)` if this is expected."
  );
}

/** Why a document with a field that its schema does not list is refused, in Convex's words. */
export function extraFieldReason(name: string): string {
  return `Object contains extra field \`${name}\` that is not in the validator.`;
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
  return fieldsMismatch(own, validators, idTable)?.toString() ?? null;
}

/** Convex's sentence before a reason. */
export function mismatchMessage(table: string, reason: string): string {
  return `Failed to insert or update a document in table "${table}" because it does not match the schema: ${reason}`;
}
