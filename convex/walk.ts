/**
 * Walks over whole tables in pages, a document at a time. Each page is a transaction of its own; where the next one begins
 * travels as a text that a driver (a person, the command line, the scheduler) hands back unread. A page may be sent twice:
 * every walk here does at a document what is not done yet.
 */
import type { PaginationResult } from "convex/server";
import { ConvexError, v } from "convex/values";
import { anyReader, type StoredDocument } from "./documents.js";
import { hasHeadroom } from "./headroom.js";
import type { MutationCtx, QueryCtx } from "./runtime.js";

/** At most this many documents a page: a message's parts take some fifteen index intervals of the 4,096 there are. */
const pageDocuments = 100;
/**
 * At most this much of them, in bytes. User code may run one second, and mapping a part, rebuilding it and comparing the two takes
 * some 300 ns a byte.
 */
const pageBytes = 2 * 1024 * 1024;

/**
 * What every function that walks takes besides its own arguments: where the page begins, and how many documents it has at most,
 * for who wants to go gently.
 */
export const walkArguments = {
  cursor: v.optional(v.union(v.string(), v.null())),
  documents: v.optional(v.number()),
};

/** What a page of a walk answers, besides what was done at its documents. */
export interface WalkedPage {
  /** Where the next page begins; null when there is none. */
  readonly cursor: string | null;
  readonly isDone: boolean;
  /** Documents this page looked at. */
  readonly visited: number;
  /** Documents of all pages so far at which `visit` said that something is left. */
  readonly left: number;
}

export interface Walk {
  /** One after another; the same in every page of a walk. */
  readonly tables: readonly string[];
  /** As the page before answered it; null or absent begins. */
  readonly cursor?: string | null | undefined;
  readonly documents?: number | undefined;
  /** @returns false when the document could not be brought to where the walk wants it. */
  visit(document: StoredDocument, table: string): Promise<boolean>;
}

interface Position {
  /** Index of the table. */
  readonly at: number;
  /** Convex's cursor; null at a table's begin. */
  readonly page: string | null;
  /** The last document of that page which is done; a page's headroom may end in its midst. */
  readonly after: string | null;
  readonly left: number;
}

/**
 * One page: documents of one table in the order of their birth, until the page or the transaction's headroom ends; always one
 * at least.
 *
 * @throws ConvexError `bad_cursor`
 */
export async function walkPage(
  ctx: Pick<MutationCtx | QueryCtx, "db">,
  { tables, cursor, documents: most = pageDocuments, visit }: Walk,
): Promise<WalkedPage> {
  const position = decode(cursor ?? null);
  const table = tables[position.at];
  if (table === undefined) return { cursor: null, isDone: true, visited: 0, left: position.left };
  const { page, isDone, continueCursor }: PaginationResult<StoredDocument> = await anyReader(ctx.db)
    .query(table)
    .paginate({ numItems: Math.min(most, pageDocuments), cursor: position.page, maximumBytesRead: pageBytes });
  // A done document that has gone since is not found: then all of the page is looked at again.
  const documents = page.slice(page.findIndex(({ _id }) => _id === position.after) + 1);
  let left = position.left;
  let visited = 0;
  for (const document of documents) {
    if (visited > 0 && !(await hasHeadroom(ctx))) {
      const after = documents[visited - 1]?._id ?? null;
      return { cursor: encode({ ...position, after, left }), isDone: false, visited, left };
    }
    if (!(await visit(document, table))) left += 1;
    visited += 1;
  }
  const next = isDone ? { at: position.at + 1, page: null } : { at: position.at, page: continueCursor };
  const isLast = next.at >= tables.length;
  return { cursor: isLast ? null : encode({ ...next, after: null, left }), isDone: isLast, visited, left };
}

function encode({ at, page, after, left }: Position): string {
  return JSON.stringify([at, page, after, left]);
}

function decode(cursor: string | null): Position {
  if (cursor === null) return { at: 0, page: null, after: null, left: 0 };
  try {
    const [at, page, after, left] = JSON.parse(cursor) as [number, string | null, string | null, number];
    return { at, page, after, left };
  } catch {
    throw new ConvexError({ code: "bad_cursor" });
  }
}
