/** Calls of the example application, whose mutations are written as before the migration. */
import type { Value } from "convex/values";
import { aCall } from "../documents.js";
import { attached, type CallWorld, cited } from "./callWorld.js";

export interface Call {
  /** The mutation, as `module:name`. */
  readonly fn: string;
  /** What is special about this call of it. */
  readonly what: string;
  readonly args: (world: CallWorld) => Record<string, Value>;
}

const call = (fn: string, what: string, args: Call["args"]): Call => ({ fn, what, args });

const t1 = aCall("t1");
const t2 = aCall("t2");
const answered = aCall("t1", { result: "[1]" });
const tokens = { inputTokens: 1, outputTokens: 2 };
const now = 9;

export const calls: readonly Call[] = [
  call("accounts:signUp", "insert with preferences", () => ({ name: "Bob", email: "bob@example.com" })),
  call("accounts:setTheme", "spread over defaults and what was read", ({ user }) => ({ userId: user, theme: "light" })),
  call("accounts:rename", "replace by what was read", ({ user }) => ({ userId: user, name: "Eve" })),
  call("users:prefer", "read, change a key, write back", ({ user }) => ({
    ...{ userId: user, key: "codeTheme", value: "light" },
  })),
  call("accounts:countTokens", "write a cache", ({ conversation }) => ({
    ...{ conversationId: conversation, totalTokens: 9 },
  })),
  call("accounts:removeOld", "bulk delete", () => ({ before: 4 })),
  call("accounts:removeAccount", "cascade along indexes", ({ user }) => ({ userId: user })),
  call("conversations:start", "insert", ({ user }) => ({ userId: user, title: "T", model: "m", now })),
  call("conversations:rename", "no moved field", ({ loose }) => ({ conversationId: loose, title: "U" })),
  call("conversations:branch", "copy messages as they are read", ({ conversation }) => ({
    ...{ conversationId: conversation, now },
  })),
  call("conversations:remove", "cascade along an index", ({ conversation }) => ({ conversationId: conversation })),
  call("conversations:move", "into a project, appending to its array", ({ loose, project }) => ({
    ...{ conversationId: loose, projectId: project },
  })),
  call("conversations:startProject", "insert with an empty array", ({ user }) => ({ userId: user, name: "Q", now })),
  call("conversations:removeProject", "delete", ({ project }) => ({ projectId: project })),
  call("shelves:put", "read the array, append, write back", ({ loose, project }) => ({
    ...{ conversationId: loose, projectId: project },
  })),
  call("shelves:take", "read the array, filter, write back", ({ conversation, project }) => ({
    ...{ conversationId: conversation, projectId: project },
  })),
  call("shelves:start", "insert with an array", ({ user, loose }) => ({ userId: user, conversationIds: [loose] })),
  call("shelves:removeWithAll", "cascade along the array", ({ project }) => ({ projectId: project })),
  call("messages:send", "insert", ({ loose }) => ({ conversationId: loose, content: "?", now })),
  call("messages:send", "insert with attachments", ({ loose, storageId }) => ({
    ...{ conversationId: loose, content: "?", attachments: [attached(storageId)], now },
  })),
  call("messages:streamContent", "no moved field", ({ draft }) => ({ messageId: draft, partialContent: "so far" })),
  call("messages:streamToolCalls", "a first call", ({ empty }) => ({ messageId: empty, partialToolCalls: [t1] })),
  call("messages:streamToolCalls", "the list with one call more", ({ draft }) => ({
    ...{ messageId: draft, partialToolCalls: [t1, t2] },
  })),
  call("messages:streamToolCalls", "the list with the call's result", ({ draft }) => ({
    ...{ messageId: draft, partialToolCalls: [answered] },
  })),
  call("messages:streamToolCalls", "a list that lacks a call", ({ draft }) => ({
    ...{ messageId: draft, partialToolCalls: [t2] },
  })),
  call("messages:complete", "without calls", ({ empty }) => ({ messageId: empty, content: "!", ...tokens, now })),
  call("messages:complete", "with calls and sources", ({ empty }) => ({
    ...{ messageId: empty, content: "!", ...tokens, now, toolCalls: [answered], sources: [cited("2")] },
  })),
  call("messages:edit", "replace by what was read", ({ answer }) => ({ messageId: answer, content: "edited", now })),
  call("messages:remove", "delete", ({ answer }) => ({ messageId: answer })),
  call("drafts:addCall", "read, append, write back", ({ answer }) => ({ messageId: answer, call: t2 })),
  call("drafts:addCall", "the same, where there was none", ({ empty }) => ({ messageId: empty, call: t2 })),
  call("drafts:answerCall", "read, change an element, write back", ({ answer }) => ({
    ...{ messageId: answer, id: "t1", result: "[1]" },
  })),
  call("drafts:addAttachment", "read, append, write back", ({ answer, storageId }) => ({
    ...{ messageId: answer, attachment: attached(storageId, "g") },
  })),
  call("drafts:addAttachment", "the same, where there was none", ({ empty, storageId }) => ({
    ...{ messageId: empty, attachment: attached(storageId, "g") },
  })),
  call("drafts:addSource", "read, append, write back", ({ answer }) => ({ messageId: answer, source: cited("2") })),
  call("drafts:addSource", "the same, where there was none", ({ empty }) => ({
    ...{ messageId: empty, source: cited("2") },
  })),
  call("drafts:finish", "undefined for every list", ({ empty }) => ({
    ...{ messageId: empty, content: "!", toolCalls: [], sources: [] },
  })),
  call("drafts:finish", "partial calls become calls", ({ draft }) => ({
    ...{ messageId: draft, content: "!", toolCalls: [answered, t2], sources: [cited("2")] },
  })),
  call("drafts:finish", "undefined, though there are partial calls", ({ draft }) => ({
    ...{ messageId: draft, content: "!", toolCalls: [], sources: [] },
  })),
  call("drafts:fail", "undefined where there is nothing", ({ empty }) => ({ messageId: empty, error: "e" })),
  call("drafts:fail", "undefined, though there are partial calls", ({ draft }) => ({ messageId: draft, error: "e" })),
  call("drafts:regenerate", "empty lists where there is nothing", ({ empty }) => ({ messageId: empty })),
  call("drafts:regenerate", "empty lists in place of some", ({ answer }) => ({ messageId: answer })),
  call("drafts:insertWhole", "insert with empty lists", ({ loose }) => ({ conversationId: loose, content: "!" })),
  call("drafts:insertWhole", "insert with calls and sources", ({ loose }) => ({
    ...{ conversationId: loose, content: "!", toolCalls: [t1], sources: [cited("2")] },
  })),
  call("bookmarks:add", "insert with tags", ({ user, answer }) => ({
    ...{ userId: user, messageId: answer, tags: ["work"], now },
  })),
  call("bookmarks:tag", "other tags, without reading", ({ bookmark }) => ({ bookmarkId: bookmark, tags: ["extra"] })),
  call("bookmarks:tag", "one tag more, without reading", ({ bookmark }) => ({
    ...{ bookmarkId: bookmark, tags: ["work", "home", "extra"] },
  })),
  call("bookmarks:tag", "first tags", ({ untagged }) => ({ bookmarkId: untagged, tags: ["extra"] })),
  call("bookmarks:note", "no moved field", ({ bookmark }) => ({ bookmarkId: bookmark, note: "n" })),
  call("labels:add", "read, append, write back", ({ bookmark }) => ({ bookmarkId: bookmark, tag: "extra" })),
  call("labels:add", "the same, where there was none", ({ untagged }) => ({ bookmarkId: untagged, tag: "extra" })),
  call("labels:remove", "read, filter, write back", ({ bookmark }) => ({ bookmarkId: bookmark, tag: "work" })),
  call("labels:clear", "undefined, without reading", ({ bookmark }) => ({ bookmarkId: bookmark })),
  call("labels:save", "write back what was read", ({ bookmark }) => ({ bookmarkId: bookmark, note: "n" })),
  call("labels:saveWhole", "replace, with a default for an absent list", ({ note }) => ({ noteId: note, title: "m" })),
  call("labels:rename", "find a tag in every array, and change it", ({ user }) => ({
    ...{ userId: user, from: "work", to: "job" },
  })),
  call("labels:tidy", "cron: read every array and write it back, with a default", () => ({})),
  call("notes:write", "insert with tags", ({ user }) => ({
    ...{ userId: user, title: "n", content: "c", tags: ["work"], now },
  })),
  call("notes:tag", "other tags, without reading", ({ note }) => ({ noteId: note, tags: ["extra"], now })),
  call("notes:tagSnippet", "the tags it has", ({ snippet }) => ({ snippetId: snippet, tags: ["work"] })),
  call("notes:remove", "delete", ({ note }) => ({ noteId: note })),
];
