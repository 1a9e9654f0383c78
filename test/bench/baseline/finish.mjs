/** What needs all documents: links, deduplicated entities, sums; then the checks and the package. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { mintId } from "./ids.mjs";
import { booleanColumns, jsonColumns, normalized } from "./model.mjs";

const junctions = {
  bookmarks: ["bookmarkTags", "bookmarkId"],
  snippets: ["snippetTags", "snippetId"],
  notes: ["noteTags", "noteId"],
  feedback: ["feedbackTagJunctions", "feedbackId"],
};

export function finish(context) {
  projectLinks(context);
  writeTags(context);
  writeMetadata(context);
  writeTokens(context);
  return patches(context);
}

function projectLinks({ store, numbers, conversations, projects, users }) {
  const position = new Map();
  for (const project of projects.values()) {
    const ids = project.conversationIds ?? [];
    let merged = 0;
    for (const [i, id] of ids.entries()) {
      const conversation = conversations.get(id);
      const key = `${project._id} ${id}`;
      if (position.has(key))
        store.entry("duplicate_project_link", "merged", "projects", project._id, `/conversationIds/${i}`, id);
      else if (conversation === undefined)
        store.entry("stale_project_link", "rejected", "projects", project._id, `/conversationIds/${i}`, id);
      else if (conversation.projectId !== project._id)
        store.entry("project_link_mismatch", "rejected", "projects", project._id, `/conversationIds/${i}`, id);
      else merged++;
      if (!position.has(key)) position.set(key, i);
    }
    store.account("conversationIds", ids.length, merged);
  }
  for (const conversation of conversations.values()) {
    const { _id, _creationTime, projectId, userId, createdAt } = conversation;
    if (projectId === undefined) continue;
    const project = projects.get(projectId);
    const code = linkFault(project, userId, users);
    store.account("projectId", 1, code === null ? 1 : 0);
    if (code !== null) {
      store.entry(code, "rejected", "conversations", _id, "/projectId", projectId);
      continue;
    }
    const listed = position.get(`${projectId} ${_id}`);
    if (listed === undefined) store.entry("missing_from_array", "noted", "conversations", _id, "/projectId");
    const fields = {
      projectId,
      conversationId: _id,
      position: listed ?? _creationTime,
      addedAt: createdAt,
      addedBy: project.userId,
    };
    store.row(
      "projectConversations",
      mintId(numbers.get("projectConversations"), "projectConversations", [_id], _creationTime),
      _creationTime,
      fields,
    );
  }
}

function linkFault(project, userId, users) {
  if (project === undefined) return "project_missing";
  if (project.userId !== userId) return "cross_owner_link";
  return users.has(userId) ? null : "owner_missing";
}

function writeTags({ store, numbers, tags }) {
  for (const tag of tags.values()) {
    tag.id = mintId(numbers.get("tags"), "tags", [tag.scope, tag.userId ?? "", tag.slug], tag.creationTime);
  }
  for (const tag of tags.values()) {
    const { scope, userId, slug, depth, color, createdAt, updatedAt, links } = tag;
    const [[displayName]] = [...tag.spellings].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    const parentId = tag.parent === null ? undefined : tags.get(tag.parent).id;
    const fields = {
      scope,
      userId,
      slug,
      displayName,
      path: `/${slug}`,
      depth,
      parentId,
      usageCount: links.length,
      color,
      createdAt,
      updatedAt,
    };
    store.row("tags", tag.id, tag.creationTime, fields);
    for (const { table, entity, label, position, ordinal } of links) {
      const [junction, column] = junctions[table];
      const creationTime = entity._creationTime + ordinal * 2 ** -12;
      const id = mintId(numbers.get(junction), junction, [entity._id, tag.id], creationTime);
      store.row(junction, id, creationTime, {
        [column]: entity._id,
        tagId: tag.id,
        userId: entity.userId,
        label,
        position,
        createdAt: entity.createdAt,
      });
    }
  }
}

function writeMetadata({ store, numbers, metadata }) {
  for (const [hash, { fields, entry, creationTime }] of metadata) {
    const known =
      entry === null
        ? {}
        : {
            title: entry.ogTitle,
            description: entry.ogDescription,
            ogImage: entry.ogImage,
            favicon: entry.favicon,
            domain: entry.domain,
            enrichedAt: entry.fetchedAt,
            enriched: entry.error === undefined,
            enrichmentError: entry.error,
          };
    store.row(
      "sourceMetadata",
      mintId(numbers.get("sourceMetadata"), "sourceMetadata", [hash], creationTime),
      creationTime,
      { ...fields, ...known },
    );
  }
  store.db.exec("UPDATE sources SET sourceMetadataId = m._id FROM sourceMetadata m WHERE m.urlHash = sources.urlHash");
}

function writeTokens({ store, numbers, tokens, conversations }) {
  for (const [key, sums] of tokens) {
    const [conversationId, model] = key.split("\0");
    const conversation = conversations.get(conversationId);
    if (conversation === undefined) {
      store.entry("conversation_missing", "noted", "conversations", conversationId, "/tokenUsage", undefined, model);
      continue;
    }
    const { reasoningTokens, ...rest } = sums;
    const fields = {
      conversationId,
      model,
      ...rest,
      totalTokens: sums.inputTokens + sums.outputTokens,
      reasoningTokens: reasoningTokens || undefined,
      createdAt: conversation.createdAt,
    };
    store.row(
      "conversationTokenUsage",
      mintId(
        numbers.get("conversationTokenUsage"),
        "conversationTokenUsage",
        [conversationId, model],
        conversation._creationTime,
      ),
      conversation._creationTime,
      fields,
    );
  }
  for (const { _id, tokenUsage } of conversations.values()) {
    if (tokenUsage !== undefined)
      store.entry("token_usage_cache", "kept", "conversations", _id, "/tokenUsage", tokenUsage);
  }
}

function patches({ store, conversations, projects, messageCounts }) {
  const lines = [];
  for (const { _id, messageCount, projectId } of conversations.values()) {
    if (projectId !== undefined && !projects.has(projectId)) {
      lines.push(JSON.stringify({ table: "conversations", _id, expect: { projectId }, unset: ["projectId"] }));
    }
    const counted = messageCounts.get(_id) ?? 0;
    if (counted === messageCount) continue;
    store.entry("message_count_drift", "repaired", "conversations", _id, "/messageCount", messageCount);
    lines.push(
      JSON.stringify({ table: "conversations", _id, expect: { messageCount }, set: { messageCount: counted } }),
    );
  }
  return lines;
}

/** Returns the violations: none when everything is right. */
export function check({ store, tables }) {
  const violations = [];
  for (const [table, { references }] of Object.entries(normalized)) {
    for (const [column, target] of Object.entries(references)) {
      const source = normalized[target] === undefined ? `raw_${target}` : target;
      if (normalized[target] === undefined && !tables.has(target)) continue;
      const dangling = store.db
        .prepare(
          `SELECT count(*) n FROM "${table}" t LEFT JOIN "${source}" s ON s._id = t."${column}" WHERE t."${column}" IS NOT NULL AND s._id IS NULL`,
        )
        .get().n;
      if (dangling > 0) violations.push(`${table}.${column}: ${dangling} rows dangle`);
    }
  }
  let elsewhere = 0;
  for (const [element, { source, rows }] of store.accounts) {
    if (rows > source) violations.push(`${element}: more rows than elements`);
    elsewhere += source - rows;
  }
  const entries = store.db.prepare("SELECT count(*) n FROM ledger").get().n;
  if (elsewhere > entries) violations.push(`${elsewhere} elements have no row, and the ledger has ${entries} entries`);
  const recount = store.db
    .prepare(
      `SELECT count(*) n FROM sourceMetadata m
       JOIN (SELECT sourceMetadataId, count(*) citations FROM sources GROUP BY 1) s ON s.sourceMetadataId = m._id
       WHERE m.accessCount <> s.citations`,
    )
    .get().n;
  if (recount > 0) violations.push(`sourceMetadata.accessCount: ${recount} rows are wrong`);
  return violations;
}

/** Writes each table's rows as `uniform` lines in the order of their ids, the patches and the ledger. */
export async function writePackage({ store, numbers }, lines, out) {
  const folder = join(out, "package");
  for (const [table, { columns }] of Object.entries(normalized)) {
    await mkdir(join(folder, table), { recursive: true });
    const rows = store.db.prepare(`SELECT * FROM "${table}" ORDER BY _id`).iterate();
    await write(
      join(folder, table, "documents.jsonl"),
      mapped(rows, (row) => documentLine(row, columns)),
    );
    await write(join(folder, table, "generated_schema.jsonl"), ['"uniform"\n']);
  }
  await mkdir(join(folder, "_tables"), { recursive: true });
  const list = Object.keys(normalized).map((name) => `${JSON.stringify({ name, id: numbers.get(name) })}\n`);
  await write(join(folder, "_tables", "documents.jsonl"), list);
  await write(
    join(folder, "patches.jsonl"),
    lines.map((line) => `${line}\n`),
  );
  const entries = store.db.prepare("SELECT * FROM ledger").iterate();
  await write(
    join(out, "ledger.jsonl"),
    mapped(entries, (entry) => `${JSON.stringify(entry)}\n`),
  );
}

function documentLine(row, columns) {
  const fields = ["_creationTime", "_id", ...columns].sort().filter((column) => row[column] !== null);
  return `{${fields.map((column) => `"${column}":${valueText(column, row[column])}`).join(",")}}\n`;
}

function valueText(column, value) {
  if (jsonColumns.has(column)) return encode(JSON.parse(value));
  if (booleanColumns.has(column)) return value === 1 ? "true" : "false";
  return encode(value);
}

/** JSON whose numbers are floats, keys sorted. */
function encode(value) {
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
  if (Array.isArray(value)) return `[${value.map(encode).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${encode(value[key])}`).join(",")}}`;
}

function* mapped(rows, line) {
  let [pending, size] = [[], 0];
  for (const row of rows) {
    const text = line(row);
    pending.push(text);
    size += text.length;
    if (size < 1 << 20) continue;
    yield pending.join("");
    [pending, size] = [[], 0];
  }
  yield pending.join("");
}

async function write(path, chunks) {
  await pipeline(chunks, createWriteStream(path));
}
