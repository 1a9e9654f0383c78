/** `.paginate(…)`: a page of a query, and the cursor behind it. */
import { hash } from "node:crypto";
import { FunctionError } from "../functions/functionError.js";
import type { Store } from "../store/store.js";
import type { Transaction } from "../transaction/transaction.js";
import { openScan } from "./openScan.js";
import { Operators } from "./operators.js";
import type { SerializedQuery } from "./serializedQuery.js";

export interface PageRequest {
  readonly query: SerializedQuery;
  readonly cursor: string | null;
  readonly endCursor?: string | null;
  readonly pageSize: number;
  readonly maximumRowsRead?: number | null;
  readonly maximumBytesRead?: number | null;
}

/** Where a page ends: before everything, behind a document, or at the end of the query. */
type Position = { readonly at: "start" } | { readonly at: "after"; readonly key: string } | { readonly at: "end" };

/**
 * Reads a page. Full, it ends behind its last document, also when no other follows: only an empty read tells that, as in Convex.
 *
 * @returns the answer of `1.0/queryPage` as JSON text
 * @throws FunctionError InvalidCursor for a cursor of another query
 */
export function queryPage(request: PageRequest, store: Store, transaction: Transaction): string {
  const { query, pageSize } = request;
  const fingerprint = hash("sha256", JSON.stringify(query)).slice(0, 16);
  const start = readCursor(request.cursor, fingerprint) ?? { at: "start" };
  const end = readCursor(request.endCursor ?? null, fingerprint);
  const scan =
    start.at === "end"
      ? null
      : openScan(query.source, store, transaction, {
          after: keyOf(start),
          until: end === null ? undefined : keyOf(end),
        });
  const operators = new Operators(query.operators);
  const most = {
    rows: request.maximumRowsRead ?? Number.POSITIVE_INFINITY,
    bytes: request.maximumBytesRead ?? Number.POSITIVE_INFINITY,
  };
  const page: string[] = [];
  const keys: string[] = [];
  let bytes = 0;
  let position: Position = start;
  let isCut = false;
  while ((end !== null || page.length < pageSize) && !isCut) {
    const hit = operators.isOver ? null : (scan?.next() ?? null);
    if (hit === null || scan === null) {
      position = end ?? { at: "end" };
      break;
    }
    const { document, key } = hit;
    if (operators.pass(scan.table, document)) page.push(scan.table.textOf(document));
    position = { at: "after", key };
    keys.push(key);
    bytes += document.size;
    isCut = keys.length >= most.rows || bytes >= most.bytes;
  }
  const isLong = keys.length > pageSize + 1;
  const middle = isCut || isLong ? keys[(keys.length - 1) >> 1] : undefined;
  const splitCursor =
    keys.length < 2 || middle === undefined ? null : writeCursor({ at: "after", key: middle }, fingerprint);
  const pageStatus = isCut ? "SplitRequired" : isLong ? "SplitRecommended" : null;
  const rest = {
    isDone: position.at === "end",
    continueCursor: writeCursor(position, fingerprint),
    splitCursor,
    pageStatus,
  };
  // The page's documents are JSON texts already.
  return `{"page":[${page.join(",")}],${JSON.stringify(rest).slice(1)}`;
}

const keyOf = (position: Position): string | undefined => (position.at === "after" ? position.key : undefined);

function writeCursor(position: Position, fingerprint: string): string {
  const key = position.at === "after" ? Buffer.from(position.key, "latin1").toString("base64url") : "";
  return `${fingerprint}.${position.at}.${key}`;
}

function readCursor(cursor: string | null, fingerprint: string): Position | null {
  if (cursor === null) return null;
  const [from, at, key = ""] = cursor.split(".");
  if (from === fingerprint && (at === "start" || at === "end")) return { at };
  if (from === fingerprint && at === "after") return { at, key: Buffer.from(key, "base64url").toString("latin1") };
  throw new FunctionError(
    "InvalidCursor: Tried to run a query starting from a cursor, but it looks like this cursor is from a different query.",
    { isConvexSystemError: true, paginationError: "InvalidCursor" },
  );
}
