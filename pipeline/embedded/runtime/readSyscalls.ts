/** Reading the database, as `convex/server` asks for it. */
import { FunctionError } from "../functions/functionError.js";
import { type PageRequest, queryPage } from "../queries/queryPage.js";
import { QueryStream } from "../queries/queryStream.js";
import type { SerializedQuery } from "../queries/serializedQuery.js";
import { type NamedDocument, tableOf } from "./documentOf.js";
import type { Invocation } from "./invocation.js";
import type { AsyncSyscall, SyncSyscall } from "./syscalls.js";

const empty = "{}";

function queryStream(invocation: Invocation, { query }: { query: SerializedQuery }): string {
  const transaction = invocation.reading();
  const queryId = invocation.nextStream++;
  invocation.streams.set(queryId, new QueryStream(query, invocation.host.store, transaction));
  return JSON.stringify({ queryId });
}

function queryStreamNext(invocation: Invocation, { queryId }: { queryId: number }): string {
  const document = invocation.streams.get(queryId)?.next() ?? null;
  return document === null ? '{"value":null,"done":true}' : `{"value":${document},"done":false}`;
}

function get(invocation: Invocation, args: NamedDocument & { isSystem: boolean }): string {
  const transaction = invocation.reading();
  const table = tableOf(args, invocation.host.store, "get");
  if (table === null) return "null";
  if (table.name.startsWith("_") !== args.isSystem) {
    const [kind, reader] = args.isSystem ? ["User", "db.get()"] : ["System", "db.system.get()"];
    throw new FunctionError(`${kind} tables can only be accessed from ${reader}.`);
  }
  const document = transaction.get(table, args.id);
  return document === null ? "null" : table.textOf(document);
}

function page(invocation: Invocation, request: PageRequest): string {
  if (++invocation.pages > invocation.host.paginatedQueries) {
    throw new FunctionError(
      "This query or mutation function ran multiple paginated queries. Convex only supports a single paginated query in each function.",
    );
  }
  return queryPage(request, invocation.host.store, invocation.reading());
}

function normalizeId(invocation: Invocation, { table, idString }: { table: string; idString: string }): string {
  const found = invocation.host.store.tableOfId(idString);
  return JSON.stringify({ id: found?.name === table ? idString : null });
}

export const syncReadSyscalls = {
  "1.0/queryStream": queryStream,
  "1.0/queryCleanup": (invocation: Invocation, { queryId }: { queryId: number }) => {
    invocation.streams.delete(queryId);
    return empty;
  },
  "1.0/db/normalizeId": normalizeId,
} satisfies Record<string, SyncSyscall>;

export const readSyscalls = {
  "1.0/get": get,
  "1.0/queryStreamNext": queryStreamNext,
  "1.0/queryPage": page,
  "1.0/count": (invocation: Invocation, { table }: { table: string }) =>
    JSON.stringify(invocation.host.store.table(table)?.size ?? 0),
} satisfies Record<string, AsyncSyscall>;
