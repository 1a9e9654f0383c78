/**
 * What rebuild would have to give: for each phase whose rows are the truth, the moved fields of its documents as they last stood,
 * with the edits since (spec 5). Kept by the player, told by the events alone.
 */

import type { Value } from "convex/values";
import { anyReader } from "../../../convex/documents.js";
import { type Phase, phases } from "../../../convex/phases.js";
import { withPartValue } from "../../../convex/sync/partValue.js";
import { withPreference } from "../../../fixtures/application/withPreference.js";
import type { Fields } from "../../../transforms/defineTransform.js";
import { sameFieldValue } from "../../../transforms/sameFieldValue.js";
import { tagSlug } from "../../../transforms/tagSlug.js";
import type { Deployment } from "../deployment.js";
import { newCall, newPreferences, newTag, usage } from "./applications.js";
import type { Event } from "./schedule.js";
import { keptTransforms, type State, stepOf } from "./state.js";
import { attachment, call, citations, type Targets, tagsGiven } from "./users.js";

/** Arrays of conversation ids follow from `conversations.projectId` by rules of their own; `linked` looks at them. */
const compared = keptTransforms.filter(({ moves, part }) => moves.length > 0 && part !== "project/conversationIds");

export class Expected {
  private readonly fields = new Map<string, Record<string, unknown>>();

  /** The phase is being cleaned: from here on its old fields go. */
  begin(phase: Phase, state: State): void {
    for (const { table, moves } of compared.filter((part) => part.phase === phase)) {
      for (const document of state[table] ?? []) {
        const fields = this.fields.get(document._id) ?? {};
        for (const field of moves) fields[field] = document[field];
        this.fields.set(document._id, fields);
      }
    }
  }

  /** An event that was done. */
  follow(event: Event, targets: Targets, state: State): void {
    const { message, bookmark, user, tag, into } = targets;
    if (event.do === "many" && event.how === "purge")
      for (const { _id, conversationId } of state.messages ?? [])
        if (conversationId === targets.conversation?._id) this.fields.delete(_id);
    if (event.do === "delete" && message) this.fields.delete(message._id);
    else if (event.do === "unbookmark" && bookmark) this.fields.delete(bookmark._id);
    else if (event.do === "tag" && bookmark) this.edit(bookmark._id, () => ({ tags: tagsGiven(event) }));
    else if (event.do === "prefer" && user)
      this.edit(user._id, ({ preferences = {} }) => ({
        preferences: withPreference(preferences as never, event.key, event.value),
      }));
    else if (event.do === "rename" && tag) this.rename(state, tag, event.to);
    else if (event.do === "merge" && tag && into) this.rename(state, tag, String(into.slug));
    else if (event.do === "attach" && message)
      this.edit(message._id, ({ attachments = [] }) => ({
        attachments: [...(event.way === "helper" ? (attachments as Value[]) : []), attachment(targets)],
      }));
    else if (message && isOfMessage(event)) this.followMessage(event, message._id, String(message.status));
    else this.followApplication(event, targets);
  }

  /** A message that helpers, or its own insert, gave calls and sources; a copy; a user with preferences. */
  born(id: string, event: Extract<Event, { do: "send" | "branch" | "join" }>, { message }: Targets): void {
    if (event.do === "join") this.edit(id, () => ({ preferences: newPreferences }));
    else if (event.do === "branch") {
      const copied = compared.filter(({ table }) => table === "messages").flatMap(({ moves }) => moves);
      this.edit(id, () => Object.fromEntries(copied.map((field) => [field, (message as Fields | undefined)?.[field]])));
    } else {
      const calls = Array.from({ length: event.calls }, (_, number) => call(number));
      if (event.way !== "helper") this.edit(id, () => ({ toolCalls: calls }));
      else for (const one of calls) this.edit(id, (fields) => upserted(fields, one, "generating"));
      this.edit(id, () => ({ sources: citations(event.urls) }));
    }
  }

  /** What an application's own code did: to a field that stood in its document it did what it says; one that did not is what it was. */
  private followApplication(event: Event, { bookmark, conversation, message }: Targets): void {
    if (event.do === "append" && event.to === "tags" && bookmark)
      this.edit(bookmark._id, ({ tags = [] }) => ({ tags: [...(tags as Value[]), newTag()] }));
    else if (event.do === "append" && message)
      this.edit(message._id, ({ toolCalls = [] }) => ({ toolCalls: [...(toolCalls as Value[]), newCall()] }));
    else if (event.do === "shorten" && bookmark)
      this.edit(bookmark._id, ({ tags = [] }) => ({ tags: (tags as Value[]).slice(1) }));
    else if (event.do === "note" && bookmark?.tags !== undefined) this.edit(bookmark._id, () => ({ tags: undefined }));
    else if (event.do === "cache" && conversation?.tokenUsage !== undefined)
      this.edit(conversation._id, () => ({ tokenUsage: usage }));
    else if (event.do === "finish" && message && (message.toolCalls ?? message.partialToolCalls) !== undefined)
      this.edit(message._id, () => ({ toolCalls: undefined, partialToolCalls: undefined }));
  }

  private followMessage(event: Event, id: string, status: string): void {
    if (event.do === "stream") this.edit(id, (fields) => upserted(fields, call(event.call, "2"), status));
    else if (event.do === "complete") this.edit(id, settled);
    else if (event.do === "cite") this.edit(id, () => ({ sources: citations(event.urls), partialSources: undefined }));
    else if (event.do === "edit" && event.way === "helper")
      for (const number of event.calls) this.edit(id, (fields) => upserted(fields, call(number, "3"), status));
    else if (event.do === "edit") this.edit(id, () => ({ toolCalls: event.calls.map((number) => call(number, "3")) }));
  }

  /** In each of the owner's bookmarks the tag and what is below it; one that is there already, or comes twice, stays once. */
  private rename(state: State, tag: Fields, to: string): void {
    for (const { _id, userId } of state.bookmarks ?? []) {
      if (userId !== tag.userId || this.fields.get(_id)?.tags === undefined) continue;
      this.edit(_id, ({ tags }) => ({ tags: renamedTexts(tags as string[], String(tag.slug), to) }));
    }
  }

  private edit(id: string, change: (fields: Record<string, unknown>) => Record<string, unknown>): void {
    const fields = this.fields.get(id) ?? {};
    this.fields.set(id, { ...fields, ...change(fields) });
  }

  /** The parts of these phases that would not come back as they should. */
  async faults(deployment: Deployment, state: State, asked: readonly Phase[]): Promise<string[]> {
    const faults: string[] = [];
    await deployment.run(async ({ db }) => {
      const reader = anyReader(db);
      for (const transform of compared.filter(({ phase }) => (asked as readonly string[]).includes(phase))) {
        const step = stepOf(state, transform.phase);
        for (const document of state[transform.table] ?? []) {
          const given: Fields = await withPartValue(reader, transform, document, step);
          for (const field of transform.moves) {
            const wanted = this.fields.get(document._id)?.[field] as never;
            if (!sameFieldValue(field, spelled(field, wanted), spelled(field, given[field])))
              faults.push(
                `${transform.part} (${step}) of ${document._id} would give ${field} ${JSON.stringify(given[field])} instead of ${JSON.stringify(wanted)}`,
              );
          }
        }
      }
    });
    return faults;
  }

  /** A phase whose old fields stand again is held against the documents themselves. */
  forget(phase: Phase): void {
    for (const { moves } of compared.filter((part) => part.phase === phase))
      for (const fields of this.fields.values()) for (const field of moves) delete fields[field];
  }
}

/** Phases whose rows are the truth. */
export function movedPhases(state: State): Phase[] {
  return phases.filter((phase) => ["cleaned", "returning"].includes(stepOf(state, phase)));
}

/** A tag's spelling is its row's once it is renamed, and its own before: the slug says which it is. */
function spelled(field: string, value: Value | undefined): Value | undefined {
  return field === "tags" && Array.isArray(value) ? value.map((text) => tagSlug(String(text))) : value;
}

function renamedTexts(texts: readonly string[], from: string, to: string): string[] {
  const isMet = (slug: string) => slug === from || slug.startsWith(`${from}/`);
  const slugs = texts.map(tagSlug);
  const seen = new Set(slugs.filter((slug) => !isMet(slug)));
  return slugs.flatMap((slug) => {
    if (!isMet(slug)) return [slug];
    const next = `${tagSlug(to)}${slug.slice(from.length)}`;
    if (seen.has(next)) return [];
    seen.add(next);
    return [next];
  });
}

function isOfMessage({ do: what }: Event): boolean {
  return ["stream", "complete", "cite", "edit"].includes(what);
}

type Calls = readonly { readonly id: string }[] | undefined;

/** While a message is streamed its calls are partial, but for those that are complete already. */
function upserted(fields: Record<string, unknown>, written: { id: string }, status: string): Record<string, unknown> {
  const [complete, partial] = [(fields.toolCalls as Calls) ?? [], (fields.partialToolCalls as Calls) ?? []];
  const isOfId = ({ id }: { id: string }) => id === written.id;
  const put = (calls: NonNullable<Calls>) =>
    calls.some(isOfId) ? calls.map((one) => (isOfId(one) ? written : one)) : [...calls, written];
  const isPartial = ["pending", "generating"].includes(status) && !complete.some(isOfId);
  return isPartial
    ? { partialToolCalls: put(partial) }
    : { toolCalls: put(complete), partialToolCalls: partial.filter((one) => !isOfId(one)) };
}

function settled(fields: Record<string, unknown>): Record<string, unknown> {
  const complete = (fields.toolCalls as Calls) ?? [];
  const partial = ((fields.partialToolCalls as Calls) ?? []).filter(({ id }) => !complete.some((one) => one.id === id));
  return { toolCalls: [...complete, ...partial], partialToolCalls: undefined };
}
