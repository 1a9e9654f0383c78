/** What a message gives: phases 1, 2, 6 and 7 of spec 4 in plain form. */
import { createHash } from "node:crypto";
import { tableNumberOf } from "./ids.mjs";
import { row, step } from "./row.mjs";

/** Everything the rules need beside the document: `store`, `numbers` of tables, ids of `users`, `conversations` … as Maps. */
export function message(document, context) {
  const { store, conversations, users } = context;
  const elements = ["attachments", "toolCalls", "partialToolCalls", "sources", "partialSources", "sourceMetadata"];
  countTokens(document, context);
  context.messageCounts.set(document.conversationId, (context.messageCounts.get(document.conversationId) ?? 0) + 1);
  if (elements.every((field) => document[field] === undefined)) return;
  const conversation = conversations.get(document.conversationId);
  const owner = users.has(document.userId)
    ? document.userId
    : users.has(conversation?.userId)
      ? conversation.userId
      : null;
  if (conversation === undefined || owner === null) {
    const code = conversation === undefined ? "conversation_missing" : "owner_missing";
    for (const field of elements) {
      for (const [i, element] of (document[field] ?? []).entries()) {
        store.entry(code, "rejected", "messages", document._id, `/${field}/${i}`, element);
      }
      store.account(field, document[field]?.length ?? 0, 0);
    }
    return;
  }
  const base = {
    messageId: document._id,
    conversationId: document.conversationId,
    userId: owner,
    createdAt: document.createdAt,
  };
  const isStreaming = document.status === "pending" || document.status === "generating";
  attachments(document, base, context);
  toolCalls(document, base, isStreaming, context);
  sources(document, base, isStreaming, context);
}

function attachments(document, base, context) {
  const { store, storageNumber, files } = context;
  let rows = 0;
  for (const [i, element] of (document.attachments ?? []).entries()) {
    const { type, name, storageId, mimeType, size, metadata } = element;
    const reject = (code) => store.entry(code, "rejected", "messages", document._id, `/attachments/${i}`, element);
    if (typeof name !== "string" || typeof mimeType !== "string" || typeof size !== "number") {
      reject("invalid_attachment");
      continue;
    }
    if (tableNumberOf(storageId) !== storageNumber) {
      reject("invalid_storage_id");
      continue;
    }
    if (!files.has(storageId)) {
      store.entry(
        "storage_object_missing",
        "noted",
        "messages",
        document._id,
        `/attachments/${i}/storageId`,
        undefined,
        storageId,
      );
    }
    const fields = { ...base, position: i, type, name, storageId, mimeType, size, metadata };
    row(context, "attachments", [document._id, String(i)], document._creationTime + rows * step, fields);
    rows++;
  }
  store.account("attachments", document.attachments?.length ?? 0, rows);
}

function toolCalls(document, base, isStreaming, context) {
  const { store } = context;
  const complete = newest(document, "toolCalls", store);
  const partial = newest(document, "partialToolCalls", store);
  for (const id of partial.keys()) {
    if (!complete.has(id)) continue;
    store.entry("superseded_partial", "merged", "messages", document._id, "/partialToolCalls", partial.get(id));
    partial.delete(id);
  }
  let position = 0;
  const write = (element, isPartial) => {
    const args = parse(element.arguments);
    const result = element.result === undefined ? undefined : parse(element.result);
    row(context, "toolCalls", [document._id, element.id], document._creationTime + position * step, {
      ...base,
      position: position++,
      toolCallId: element.id,
      toolName: element.name,
      args: args.value,
      argsEncoding: args.encoding,
      result: result?.value,
      resultEncoding: result?.encoding,
      textPosition: element.textPosition,
      isPartial,
      timestamp: element.timestamp,
    });
  };
  for (const element of complete.values()) write(element, false);
  for (const element of partial.values()) {
    if (!isStreaming)
      store.entry("settled_partial", "noted", "messages", document._id, "/partialToolCalls", undefined, element.id);
    write(element, isStreaming);
  }
  store.account("toolCalls", document.toolCalls?.length ?? 0, complete.size);
  store.account("partialToolCalls", document.partialToolCalls?.length ?? 0, partial.size);
}

/** The elements by tool call id; of two with one id the later stays. */
function newest(document, field, store) {
  const found = new Map();
  for (const [i, element] of (document[field] ?? []).entries()) {
    if (typeof element.id !== "string" || typeof element.name !== "string" || typeof element.arguments !== "string") {
      store.entry("invalid_tool_call", "rejected", "messages", document._id, `/${field}/${i}`, element);
      continue;
    }
    const earlier = found.get(element.id);
    if (earlier !== undefined) {
      const [kept, merged] = element.timestamp >= earlier.timestamp ? [element, earlier] : [earlier, element];
      found.set(element.id, kept);
      store.entry("duplicate_tool_call", "merged", "messages", document._id, `/${field}/${i}`, merged);
    } else found.set(element.id, element);
  }
  return found;
}

function parse(text) {
  try {
    return { value: JSON.parse(text), encoding: "json" };
  } catch {
    return { value: text, encoding: "text" };
  }
}

function sources(document, base, isStreaming, context) {
  const { store } = context;
  const provider = providerOf(document);
  const rows = [];
  const taken = new Set();
  const cite = (element, field, i, isPartial) => {
    if (typeof element.url !== "string" || element.url === "") {
      store.entry("source_without_url", "rejected", "messages", document._id, `/${field}/${i}`, element);
      return;
    }
    const { url, urlHash, domain } = normalizedUrl(element.url);
    if (isPartial && rows.some((other) => other.urlHash === urlHash)) {
      store.entry("partial_source_superseded", "merged", "messages", document._id, `/${field}/${i}`, element);
      return;
    }
    const marker = /^[1-9]\d{0,8}$/.test(element.id) && !taken.has(Number(element.id)) ? Number(element.id) : null;
    if (marker === null)
      store.entry("source_id_replaced", "kept", "messages", document._id, `/${field}/${i}/id`, element.id);
    else taken.add(marker);
    rows.push({ element, urlHash, url, domain, position: marker, isPartial: isPartial && isStreaming });
  };
  for (const [i, element] of (document.sources ?? []).entries()) cite(element, "sources", i, false);
  for (const [i, element] of (document.partialSources ?? []).entries()) cite(element, "partialSources", i, true);
  let next = Math.max(0, ...taken) + 1;
  for (const each of rows) each.position ??= next++;
  const byPosition = rows.toSorted((a, b) => a.position - b.position);
  for (const [i, each] of byPosition.entries()) {
    const { element, urlHash, position, isPartial } = each;
    row(context, "sources", [document._id, String(position)], document._creationTime + i * step, {
      ...base,
      urlHash,
      position,
      provider,
      url: element.url,
      title: element.title,
      snippet: element.snippet,
      publishedDate: element.publishedDate,
      isPartial,
    });
    citeMetadata(each, document, context);
  }
  store.account("sources", (document.sources?.length ?? 0) + (document.partialSources?.length ?? 0), rows.length);
  enrich(document, rows, context);
}

function citeMetadata({ urlHash, url, domain }, document, context) {
  const known = context.metadata.get(urlHash);
  const { createdAt, _creationTime } = document;
  if (known === undefined) {
    const fields = {
      urlHash,
      url,
      domain,
      enriched: false,
      firstSeenAt: createdAt,
      lastAccessedAt: createdAt,
      accessCount: 1,
    };
    context.metadata.set(urlHash, { fields, entry: null, creationTime: _creationTime });
    return;
  }
  if (known.fields.url !== url) throw new Error(`two urls have the hash ${urlHash}`);
  known.fields.accessCount++;
  known.fields.firstSeenAt = Math.min(known.fields.firstSeenAt, createdAt);
  known.fields.lastAccessedAt = Math.max(known.fields.lastAccessedAt, createdAt);
  known.creationTime = Math.min(known.creationTime, _creationTime);
}

function enrich(document, rows, { store, metadata }) {
  let used = 0;
  for (const [i, entry] of (document.sourceMetadata ?? []).entries()) {
    const cited = rows.find(({ element }) => element.id === entry.sourceId);
    if (cited === undefined) {
      store.entry("orphan_source_metadata", "rejected", "messages", document._id, `/sourceMetadata/${i}`, entry);
      continue;
    }
    const known = metadata.get(cited.urlHash);
    const { sourceId, ...rest } = entry;
    const loser = known.entry === null ? null : isBetter(rest, known.entry) ? known.entry : rest;
    if (loser !== rest) known.entry = rest;
    if (loser !== null && JSON.stringify(loser) !== JSON.stringify(known.entry)) {
      store.entry("source_metadata_conflict", "merged", "messages", document._id, `/sourceMetadata/${i}`, loser);
    }
    used++;
  }
  store.account("sourceMetadata", document.sourceMetadata?.length ?? 0, used);
}

function isBetter(a, b) {
  if ((a.error === undefined) !== (b.error === undefined)) return a.error === undefined;
  if ((a.fetchedAt ?? 0) !== (b.fetchedAt ?? 0)) return (a.fetchedAt ?? 0) > (b.fetchedAt ?? 0);
  return JSON.stringify(a) > JSON.stringify(b);
}

function providerOf({ model, providerMetadata }) {
  const prefix = /^[^:/]*(?=[:/])/.exec(model ?? "")?.[0];
  for (const name of ["openrouter", "perplexity"]) if (prefix === name) return name;
  for (const name of ["openrouter", "perplexity"]) if (providerMetadata?.[name] !== undefined) return name;
  return "generic";
}

function normalizedUrl(text) {
  let [url, domain] = [text, ""];
  if (URL.canParse(text)) {
    const parsed = new URL(text);
    domain = parsed.hostname;
    const isWeb = parsed.protocol === "http:" || parsed.protocol === "https:";
    if (isWeb && parsed.pathname.length > 1 && parsed.pathname.endsWith("/"))
      parsed.pathname = parsed.pathname.slice(0, -1);
    url = parsed.href;
  }
  return { url, domain, urlHash: createHash("sha256").update(url).digest("hex").slice(0, 16) };
}

function countTokens(document, { tokens }) {
  if (document.status !== "complete" || !document.model) return;
  const key = `${document.conversationId}\0${document.model}`;
  let sums = tokens.get(key);
  if (sums === undefined) {
    sums = { inputTokens: 0, outputTokens: 0, reasoningTokens: 0, messageCount: 0, lastUpdatedAt: 0 };
    tokens.set(key, sums);
  }
  sums.inputTokens += document.inputTokens ?? 0;
  sums.outputTokens += document.outputTokens ?? 0;
  sums.reasoningTokens += document.reasoningTokens ?? 0;
  sums.messageCount++;
  sums.lastUpdatedAt = Math.max(sums.lastUpdatedAt, document.updatedAt);
}
