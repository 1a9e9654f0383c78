/** What the application's users do: each event as its mutation, by the way it comes. */
import type { GenericId } from "convex/values";
import type { Doc } from "../../../convex/documents.js";
import { wrapDatabase } from "../../../convex/dualWrite/wrapDatabase.js";
import { addAttachment } from "../../../convex/helpers/attachments.js";
import { deleteConversation } from "../../../convex/helpers/deletes.js";
import { setPreference } from "../../../convex/helpers/preferences.js";
import { setProject } from "../../../convex/helpers/setProject.js";
import { replaceSources } from "../../../convex/helpers/sources.js";
import { mergeTags, renameTag } from "../../../convex/helpers/tags/renameTag.js";
import { setTags } from "../../../convex/helpers/tags/setTags.js";
import { completeToolCalls, upsertToolCall } from "../../../convex/helpers/toolCalls.js";
import type { MutationCtx } from "../../../convex/runtime.js";
import { settle } from "../../../convex/sync/settle.js";
import { type Sync, startSync } from "../../../convex/sync/sync.js";
import { withPreference } from "../../../fixtures/application/withPreference.js";
import { tagSlug } from "../../../transforms/tagSlug.js";
import type { Deployment } from "../deployment.js";
import { aMessage } from "../documents.js";
import { busyBudget } from "../dualWrite/busyBudget.js";
import type { Event, Way } from "./schedule.js";

export interface UserCtx extends MutationCtx {
  readonly unnest: Sync;
}

/** Runs a mutation of the application; `raw` leaves its database unwrapped, of a busy one syncs get no share. */
export async function mutate(
  deployment: Deployment,
  way: Way,
  work: (ctx: UserCtx) => Promise<void>,
  isBusy = false,
): Promise<void> {
  await deployment.mutation(async (ctx: MutationCtx) => {
    const sync = await startSync(ctx, { settles: true });
    const unnest = isBusy ? { ...sync, budget: busyBudget() } : sync;
    await work({ ...ctx, unnest, db: way === "raw" ? ctx.db : wrapDatabase(unnest, ctx.db) });
    await settle(unnest);
  });
}

export const call = (number: number, text = "1") => ({
  id: `call${number}`,
  name: "search",
  arguments: `{"q":${number}}`,
  result: text,
  timestamp: 100 + number,
});

export const citations = (urls: readonly number[]) =>
  urls.map((url, at) => ({ id: String(at + 1), title: `T${url}`, url: `https://u${url}.example/` }));

/** The documents an event is about, found by number. */
export interface Targets {
  readonly message: Doc<"messages"> | undefined;
  readonly conversation: Doc<"conversations"> | undefined;
  readonly bookmark: Doc<"bookmarks"> | undefined;
  readonly project: Doc<"projects"> | undefined;
  readonly user: Doc<"users"> | undefined;
  readonly tag: Doc<"tags"> | undefined;
  readonly into: Doc<"tags"> | undefined;
  readonly storageId: GenericId<"_storage">;
  readonly conversations: readonly GenericId<"conversations">[];
}

/** Does what the event says; nothing where what it is about is not there. */
export async function act(ctx: UserCtx, event: Event, targets: Targets): Promise<void> {
  const { db } = ctx;
  const { message, conversation, bookmark, project, user, tag, into } = targets;
  if (event.do === "send" && conversation !== undefined) await send(ctx, event, conversation._id);
  else if (event.do === "branch" && message !== undefined && conversation !== undefined)
    await branch(ctx, message, conversation._id);
  else if (event.do === "tag" && bookmark !== undefined) {
    if (event.way === "helper") await setTags(ctx, "bookmarks", bookmark._id, tagsGiven(event));
    else await db.patch(bookmark._id, { tags: [...event.tags] });
  } else if (event.do === "unbookmark" && bookmark !== undefined) await db.delete(bookmark._id);
  else if (event.do === "move" && conversation !== undefined) {
    if (event.way === "helper")
      await setProject(ctx, conversation._id, event.project === null ? null : (project?._id ?? null));
    else await db.patch(conversation._id, { projectId: event.project === null ? undefined : project?._id });
  } else if (event.do === "order" && project !== undefined)
    await db.patch(project._id, { conversationIds: [...targets.conversations] });
  else if (event.do === "prefer" && user !== undefined) await prefer(ctx, event, user);
  else if (event.do === "give" && conversation !== undefined && user !== undefined)
    await db.patch(conversation._id, { userId: user._id });
  else if (event.do === "drop" && conversation !== undefined) {
    if (event.way === "helper") await deleteConversation(ctx, conversation._id);
    else await db.delete(conversation._id);
  } else if (event.do === "many" && conversation !== undefined) await many(ctx, event.how, conversation._id);
  else if (event.do === "scrap" && project !== undefined) await db.delete(project._id);
  else if (event.do === "leave" && user !== undefined) await db.delete(user._id);
  else if (event.do === "rename" && tag !== undefined) await renameTag(ctx, tag._id, event.to);
  else if (event.do === "merge" && tag !== undefined && into !== undefined) await mergeTags(ctx, tag._id, into._id);
  else if (event.do === "carry" && message !== undefined && conversation !== undefined)
    await db.patch(message._id, { conversationId: conversation._id });
  else if (event.do === "attach" && message !== undefined) {
    if (event.way === "helper") await addAttachment(ctx, message._id, attachment(targets));
    else await db.patch(message._id, { attachments: [attachment(targets)] });
  } else if (message !== undefined) await onMessage(ctx, event, message);
}

export const attachment = ({ storageId }: Targets) => ({
  ...{ type: "file" as const, name: "f", storageId, mimeType: "text/plain", size: 1 },
});

/** What a helper is given: it refuses an empty tag, and of two spellings of one takes the first. */
export function tagsGiven({ way, tags }: Extract<Event, { do: "tag" }>): readonly string[] {
  if (way !== "helper") return tags;
  const slugs = tags.map(tagSlug);
  return tags.filter((_, at) => slugs[at] !== "" && slugs.indexOf(slugs[at] ?? "") === at);
}

/** Each message is written several times, so that what follows waits for the mutation's end, or for a job. */
async function many({ db }: UserCtx, how: "stamp" | "resave" | "purge", conversationId: GenericId<"conversations">) {
  const messages = await db.query("messages").collect();
  for (const { _id, userId } of messages) {
    await db.patch(_id, { updatedAt: Date.now() });
    await db.patch(_id, { userId });
  }
  for (const { _id, _creationTime, updatedAt, ...fields } of messages) {
    if (how === "resave") await db.replace(_id, { ...fields, updatedAt: Date.now(), content: "saved again" });
    if (how === "purge" && fields.conversationId === conversationId) await db.delete(_id);
  }
}

async function send(
  ctx: UserCtx,
  { way, calls, urls }: Extract<Event, { do: "send" }>,
  conversation: GenericId<"conversations">,
): Promise<void> {
  const toolCalls = Array.from({ length: calls }, (_, number) => call(number));
  const inserted = way === "helper" ? {} : { toolCalls, sources: citations(urls) };
  const status = way === "helper" ? "generating" : "complete";
  const fields = { status, model: "openai:gpt-4o", inputTokens: 3, outputTokens: 2, ...inserted } as const;
  const id = await ctx.db.insert("messages", aMessage(conversation, { ...fields, createdAt: Date.now() }));
  if (way !== "helper") return;
  for (const one of toolCalls) await upsertToolCall(ctx, id, one);
  await replaceSources(ctx, id, citations(urls));
}

async function branch(
  { db }: UserCtx,
  { _id, _creationTime, ...message }: Doc<"messages">,
  conversationId: GenericId<"conversations">,
): Promise<void> {
  await db.insert("messages", { ...message, conversationId });
}

async function prefer(
  ctx: UserCtx,
  { way, key, value }: Extract<Event, { do: "prefer" }>,
  { _id }: Doc<"users">,
): Promise<void> {
  if (way === "helper") return await setPreference(ctx, _id, key, value);
  const { preferences = {} } = (await ctx.db.get(_id)) ?? {};
  await ctx.db.patch(_id, { preferences: withPreference(preferences as never, key, value) as never });
}

async function onMessage(ctx: UserCtx, event: Event, message: Doc<"messages">): Promise<void> {
  const { db } = ctx;
  const { _id } = message;
  if (event.do === "stream") await upsertToolCall(ctx, _id, call(event.call, "2"));
  else if (event.do === "complete") {
    await db.patch(_id, { status: "complete", outputTokens: event.tokens, updatedAt: Date.now() });
    await completeToolCalls(ctx, _id);
  } else if (event.do === "edit") {
    if (event.way !== "helper") await db.patch(_id, { toolCalls: event.calls.map((number) => call(number, "3")) });
    else for (const number of event.calls) await upsertToolCall(ctx, _id, call(number, "3"));
  } else if (event.do === "cite") await replaceSources(ctx, _id, citations(event.urls));
  else if (event.do === "replace") {
    const { _id: _, _creationTime, ...fields } = message;
    await db.replace(_id, { ...fields, content: "replaced" });
  } else if (event.do === "text") await db.patch(_id, { content: "edited" });
  else if (event.do === "delete") await db.delete(_id);
}
