/**
 * A renaming, which may be more than one transaction: a list of stages, each in as many transactions as it takes.
 *
 * Under authority `new` the tags' rows change (`rows`), and an array that cleanup has not come to goes first. Else arrays are
 * the truth, or have to follow (`returning`): every document of the owner is looked at, since one that was written past the
 * wrapper has no links to be found by. Then tags of the old name that nothing refers to any more go.
 */
import type { PaginationResult } from "convex/server";
import { v } from "convex/values";
import { rangeBy, type StoredDocument } from "../../documents.js";
import { hasHeadroom } from "../../headroom.js";
import { mounted } from "../../mount.js";
import { writesOldFields } from "../../phases.js";
import { internalMutation } from "../../runtime.js";
import { oneOf } from "../../schema/oneOf.js";
import { phaseOf, type Sync, startSync } from "../../sync/sync.js";
import { linksOf } from "../../tagged.js";
import type { SchedulingContext } from "../helperContext.js";
import { dropTags } from "./dropTags.js";
import { moveTag } from "./moveTag.js";
import { renameInDocument, renameListed } from "./renameInDocument.js";
import { descendantsOf, type Renaming, type TagOwner, tagOf } from "./tagTree.js";

const stateArguments = {
  scope: oneOf("user", "global"),
  userId: v.union(v.string(), v.null()),
  from: v.string(),
  to: v.string(),
  by: oneOf("rows", "documents"),
  /** Index of the stage. */
  at: v.number(),
  /** Where the stage goes on; null begins it. */
  cursor: v.union(v.string(), v.null()),
};

interface State extends TagOwner, Renaming {
  readonly by: "rows" | "documents";
  readonly at: number;
  readonly cursor: string | null;
}

type Stage = "rows" | "drop" | { readonly table: string };

/** At most this many documents a page, and this much of them in bytes: each is read and written a few times. */
const pageDocuments = 50;
const pageBytes = 1 << 20;

/** Begins a renaming: in this transaction as far as it goes without pages, the rest is scheduled. */
export async function startRenaming(ctx: SchedulingContext, owner: TagOwner, renaming: Renaming): Promise<void> {
  await goOn(ctx, { ...owner, ...renaming, by: sideOf(ctx.unnest), at: 0, cursor: null });
}

/** Goes on with a renaming. */
export const goOnRenaming = internalMutation({
  args: stateArguments,
  handler: async (ctx, state) => {
    const context = { ...ctx, unnest: await startSync(ctx) };
    // The way back was taken meanwhile: arrays stand again, which the rows that were renamed do not tell.
    const turned = state.by === "rows" && sideOf(context.unnest) === "documents";
    const begun: State = turned ? { ...state, by: "documents", at: 0, cursor: null } : state;
    const stage = stagesOf(begun)[begun.at];
    if (typeof stage !== "object") return await goOn(context, begun);
    const cursor = await renamePage(context, stage.table, begun);
    await goOn(context, cursor === null ? { ...begun, at: begun.at + 1, cursor: null } : { ...begun, cursor });
  },
});

function sideOf(sync: Sync): State["by"] {
  const [links] = linksOf("global");
  return links === undefined || writesOldFields(phaseOf(sync, links.transform).step) ? "documents" : "rows";
}

function stagesOf({ scope, by }: State): readonly Stage[] {
  const documents = linksOf(scope).map(({ transform: { table } }) => ({ table }));
  // Names of the autocomplete list stay where they are at every step.
  const listed = scope === "global" ? [{ table: "feedbackTags" }] : [];
  return [...(by === "rows" ? ["rows" as const] : documents), ...listed, "drop"];
}

/** Runs stages until one wants pages, of which a function may read one, or half of the transaction is spent. */
async function goOn(ctx: SchedulingContext, begun: State): Promise<void> {
  let state = begun;
  for (;;) {
    const stage = stagesOf(state)[state.at];
    if (stage === undefined) return;
    if (typeof stage === "object" || !(await hasHeadroom(ctx))) break;
    const cursor = stage === "rows" ? await moveRows(ctx, state) : await dropTags(ctx, state, state.from, state.cursor);
    state = cursor === null ? { ...state, at: state.at + 1, cursor: null } : { ...state, cursor };
    if (cursor !== null) break;
  }
  await ctx.scheduler.runAfter(0, mounted("mutation", "goOnRenaming"), { ...state });
}

/** The tag itself, then its descendants. @returns where to go on; null when all have moved */
async function moveRows(ctx: SchedulingContext, state: State): Promise<string | null> {
  const { db } = ctx.unnest;
  let after = state.cursor ?? "";
  if (after === "") {
    const tag = await tagOf(db, state, state.from);
    if (tag !== null && !(await moveTag(ctx, state, tag, state))) return after;
    after = `/${state.from}/`;
  }
  for (;;) {
    const [tag] = await descendantsOf(db, state, state.from, { after, atMost: 1 });
    if (tag === undefined) return null;
    if (!(await hasHeadroom(ctx)) || !(await moveTag(ctx, state, tag, state))) return after;
    after = String(tag.path);
  }
}

/** A page of documents, or what of it fits: the last one done stands in the cursor. @returns as `moveRows` */
async function renamePage(ctx: SchedulingContext, table: string, state: State): Promise<string | null> {
  const { db } = ctx.unnest;
  const [from, last] = JSON.parse(state.cursor ?? "[null,null]") as readonly [string | null, string | null];
  const documents = state.userId === null ? db.query(table) : rangeBy(db, table, "by_user", [["userId", state.userId]]);
  const options = {
    numItems: pageDocuments,
    cursor: from,
    maximumRowsRead: pageDocuments,
    maximumBytesRead: pageBytes,
  };
  const { page, isDone, continueCursor }: PaginationResult<StoredDocument> = await documents.paginate(options);
  const kind = linksOf(state.scope).find(({ transform }) => transform.table === table);
  let done = last;
  for (const document of page.slice(page.findIndex(({ _id }) => _id === last) + 1)) {
    if (done !== last && !(await hasHeadroom(ctx))) return JSON.stringify([from, done]);
    if (kind === undefined) await renameListed(ctx.unnest, document, state, state);
    else await renameInDocument(ctx.unnest, kind.transform, document, state, state);
    done = document._id;
  }
  return isDone ? null : JSON.stringify([continueCursor, null]);
}
