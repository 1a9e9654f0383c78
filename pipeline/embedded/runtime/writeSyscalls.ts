/** Writing the database, as `convex/server` asks for it. */
import type { JSONValue } from "convex/values";
import { FunctionError } from "../functions/functionError.js";
import type { StoredDocument, Table } from "../store/table.js";
import type { JsonFields, Transaction } from "../transaction/transaction.js";
import { type NamedDocument, tableOf } from "./documentOf.js";
import type { Invocation } from "./invocation.js";
import type { AsyncSyscall } from "./syscalls.js";

const empty = "{}";

interface WriteArguments extends NamedDocument {
  readonly value: JSONValue;
}

function insert(invocation: Invocation, { table: name, value }: { table: string; value: JSONValue }): string {
  const transaction = invocation.writing();
  const { store } = invocation.host;
  const table = store.table(name) ?? store.createTable(name);
  const fields = fieldsOf(value, "insert");
  for (const name of ["_id", "_creationTime"]) {
    if (name in fields) throw new FunctionError(`Field '${name}' is a system field and cannot be inserted`);
  }
  return JSON.stringify({ _id: transaction.insert(table, fields) });
}

function shallowMerge(invocation: Invocation, args: WriteArguments): string {
  const { transaction, table, document } = documentToWrite(invocation, args, "patch");
  const patch = fieldsOf(args.value, "patch");
  const stored = JSON.parse(table.textOf(document)) as JsonFields;
  checkSystemFields(patch, document);
  const kept = Object.entries(stored).filter(([name]) => !Object.hasOwn(patch, name));
  const set = Object.entries(patch).filter(([, value]) => !isUndefined(value));
  transaction.replace(table, document, Object.fromEntries([...kept, ...set]));
  return empty;
}

function replace(invocation: Invocation, args: WriteArguments): string {
  const { transaction, table, document } = documentToWrite(invocation, args, "replace");
  const fields = fieldsOf(args.value, "replace");
  checkSystemFields(fields, document);
  transaction.replace(table, document, fields);
  return empty;
}

function remove(invocation: Invocation, args: NamedDocument): string {
  const { transaction, table, document } = documentToWrite(invocation, args, "delete");
  transaction.delete(table, document);
  return empty;
}

/** A patch, replace or delete reads the document first. @throws FunctionError when there is none */
function documentToWrite(
  invocation: Invocation,
  named: NamedDocument,
  method: "patch" | "replace" | "delete",
): { transaction: Transaction; table: Table; document: StoredDocument } {
  const transaction = invocation.writing();
  const table = tableOf(named, invocation.host.store, method);
  if (table?.name.startsWith("_")) throw new FunctionError("System tables (prefixed with `_`) are read-only.");
  const document = table === null ? null : transaction.get(table, named.id);
  if (table === null || document === null) {
    const verb = { patch: "Update", replace: "Replace", delete: "Delete" }[method];
    throw new FunctionError(`${verb} on nonexistent document ID ${named.id}`);
  }
  return { transaction, table, document };
}

function fieldsOf(value: JSONValue, method: string): JsonFields {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject && !Object.keys(value).some((key) => key.startsWith("$"))) return value as JsonFields;
  throw new FunctionError(`Invalid argument \`value\` for \`db.${method}\`: expected an object`);
}

function isUndefined(value: JSONValue): boolean {
  return typeof value === "object" && value !== null && "$undefined" in value;
}

/** System fields may be named where they say what is so. */
function checkSystemFields({ _id, _creationTime }: JsonFields, document: StoredDocument): void {
  if (_id !== undefined && _id !== document.id) {
    throw new FunctionError(
      `Provided \`_id\` field value "${String(_id)}" does not match the document ID "${document.id}"`,
    );
  }
  if (_creationTime !== undefined && _creationTime !== document.creationTime) {
    throw new FunctionError(
      `Provided \`_creationTime\` field value ${String(_creationTime)} does not match the document's creation time ${document.creationTime}`,
    );
  }
}

export const writeSyscalls = {
  "1.0/insert": insert,
  "1.0/shallowMerge": shallowMerge,
  "1.0/replace": replace,
  "1.0/remove": remove,
} satisfies Record<string, AsyncSyscall>;
