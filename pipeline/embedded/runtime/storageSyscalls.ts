/** Files, as `convex/server` asks for them: a document in `_storage` each, and the contents beside. */
import { hash } from "node:crypto";
import { FunctionError } from "../functions/functionError.js";
import type { StoredDocument, Table } from "../store/table.js";
import type { JsonFields, Transaction } from "../transaction/transaction.js";
import type { Host, Invocation } from "./invocation.js";
import type { AsyncSyscall } from "./syscalls.js";

interface FileArguments {
  readonly storageId: string;
}

const origin = "https://embedded.invalid/api/storage";

function storage({ store }: Host): Table {
  const table = store.table("_storage");
  if (table === undefined) throw new RangeError("a deployment has file storage");
  return table;
}

function fileOf(host: Host, { storageId }: FileArguments): { document: StoredDocument; fields: JsonFields } | null {
  const table = storage(host);
  const document = table.get(storageId);
  return document === null ? null : { document, fields: JSON.parse(table.textOf(document)) as JsonFields };
}

/** Keeps a file. @returns its id */
function keep(host: Host, transaction: Transaction, contents: Uint8Array, contentType: string): string {
  const id = transaction.insert(storage(host), {
    sha256: hash("sha256", contents, "hex"),
    size: contents.byteLength,
    ...(contentType !== "" && { contentType }),
  });
  host.store.files.set(id, contents);
  return id;
}

/** Writes in the transaction under way or, for an action, in one of its own. */
async function within<Result>(
  { host, transaction }: Invocation,
  work: (transaction: Transaction) => Result,
): Promise<Result> {
  return transaction === null ? await host.transact(work) : work(transaction);
}

async function remove(invocation: Invocation, args: FileArguments): Promise<string> {
  await within(invocation, (transaction) => {
    const file = fileOf(invocation.host, args);
    if (file === null) throw new FunctionError(`storage id ${args.storageId} not found`);
    transaction.delete(storage(invocation.host), file.document);
  });
  return "{}";
}

function metadata({ host }: Invocation, args: FileArguments): string {
  const file = fileOf(host, args);
  if (file === null) return "null";
  const { sha256 = null, size = null, contentType = null } = file.fields;
  return JSON.stringify({ storageId: args.storageId, sha256, size, contentType });
}

function contentsOf({ host }: Invocation, args: FileArguments): { contents: Uint8Array; contentType: string } | null {
  const file = fileOf(host, args);
  const contents = host.store.files.get(args.storageId);
  return file === null || contents === undefined
    ? null
    : { contents, contentType: String(file.fields.contentType ?? "") };
}

export const storageSyscalls = {
  "1.0/storageGetUrl": ({ host }: Invocation, args: FileArguments) =>
    JSON.stringify(fileOf(host, args) === null ? null : `${origin}/${args.storageId}`),
  "1.0/storageGetMetadata": metadata,
  "1.0/storageGenerateUploadUrl": () => JSON.stringify(`${origin}/upload`),
  "1.0/storageDelete": remove,
  "1.0/storageStore": async (invocation: Invocation, { blob, contentType }: { blob: string; contentType: string }) =>
    await within(invocation, (transaction) =>
      JSON.stringify(keep(invocation.host, transaction, Buffer.from(blob, "base64"), contentType)),
    ),
  "1.0/storageGet": (invocation: Invocation, args: FileArguments) => {
    const file = contentsOf(invocation, args);
    if (file === null) return "null";
    return JSON.stringify({ blob: Buffer.from(file.contents).toString("base64"), contentType: file.contentType });
  },
} satisfies Record<string, AsyncSyscall>;

/** Those that hand over objects of JavaScript, not JSON. */
export const jsSyscalls: Readonly<Record<string, (invocation: Invocation, args: never) => Promise<unknown>>> = {
  "storage/storeBlob": async (invocation: Invocation, { blob }: { blob: Blob }) => {
    const contents = new Uint8Array(await blob.arrayBuffer());
    return await within(invocation, (transaction) => keep(invocation.host, transaction, contents, blob.type));
  },
  "storage/getBlob": async (invocation: Invocation, args: FileArguments) => {
    const file = contentsOf(invocation, args);
    return file === null ? null : new Blob([file.contents], { type: file.contentType });
  },
};
