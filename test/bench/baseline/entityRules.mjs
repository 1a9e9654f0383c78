/** What users, tagged entities and feedbackTags give: phases 4 and 5 of spec 4 in plain form. */
import { row, step } from "./row.mjs";

const categories = {
  appearance: ["theme", "fontSize", "codeTheme", "chatWidth"],
  models: ["defaultModel", "favoriteModels", "recentModels", "newChatModelSelection"],
  chat: [
    "sendOnEnter",
    "alwaysShowMessageActions",
    "showMessageStatistics",
    "showComparisonStatistics",
    "enableHybridSearch",
    "showModelNamesDuringComparison",
  ],
  audio: ["sttEnabled", "sttProvider", "ttsEnabled", "ttsProvider", "ttsVoice", "ttsSpeed", "ttsAutoRead"],
  advanced: ["showNotes", "showTemplates", "showProjects", "showBookmarks"],
};
const categoryOf = new Map(Object.entries(categories).flatMap(([name, keys]) => keys.map((key) => [key, name])));

export function user(document, context) {
  const { store } = context;
  const leaves = [];
  for (const [key, value] of Object.entries(document.preferences ?? {})) {
    if (key === "customInstructions" || key === "reasoning") {
      for (const [inner, leaf] of Object.entries(value)) leaves.push([key, `${key}.${inner}`, leaf]);
    } else leaves.push([categoryOf.get(key) ?? "advanced", key, value]);
    if (!categoryOf.has(key) && key !== "customInstructions" && key !== "reasoning") {
      store.entry("preference_uncategorized", "noted", "users", document._id, `/preferences/${key}`);
    }
  }
  let rows = 0;
  for (const [category, key, value] of leaves) {
    if (value === null) {
      store.entry("preference_null", "kept", "users", document._id, `/preferences/${key}`, value);
      continue;
    }
    const fields = {
      userId: document._id,
      category,
      key,
      value,
      createdAt: document.createdAt,
      updatedAt: document.updatedAt,
    };
    row(context, "userPreferences", [document._id, key], document._creationTime + rows * step, fields);
    rows++;
  }
  store.account("preferences", leaves.length, rows);
}

export function tagged(document, table, context) {
  const { store, users, tags } = context;
  if (document.tags === undefined) return;
  if (!users.has(document.userId)) {
    for (const [i, tag] of document.tags.entries())
      store.entry("owner_missing", "rejected", table, document._id, `/tags/${i}`, tag);
    store.account(`${table}.tags`, document.tags.length, 0);
    return;
  }
  const scope = table === "feedback" ? { scope: "global" } : { scope: "user", userId: document.userId };
  const linked = new Set();
  for (const [i, label] of document.tags.entries()) {
    const slug = slugOf(label);
    if (slug === "") store.entry("empty_tag", "rejected", table, document._id, `/tags/${i}`, label);
    else if (linked.has(slug)) store.entry("duplicate_tag", "merged", table, document._id, `/tags/${i}`, label);
    else {
      linked.add(slug);
      const tag = useTag(scope, slug, label, document, tags);
      tag.links.push({ table, entity: document, label, position: i, ordinal: linked.size - 1 });
    }
  }
  store.account(`${table}.tags`, document.tags.length, linked.size);
}

export function feedbackTag(document, { tags }) {
  const tag = useTag({ scope: "global" }, slugOf(document.name), document.name, document, tags);
  if (document.color !== undefined && document.createdAt >= (tag.coloredAt ?? 0)) {
    tag.color = document.color;
    tag.coloredAt = document.createdAt;
  }
}

/** The tag of a slug and, where they are missing, its ancestors. */
function useTag(scope, slug, label, document, tags) {
  const segments = slug.split("/");
  let tag;
  for (let depth = 0; depth < segments.length; depth++) {
    const own = segments.slice(0, depth + 1).join("/");
    const key = `${scope.userId ?? ""}\0${own}`;
    tag = tags.get(key);
    if (tag === undefined) {
      const parent = depth === 0 ? null : `${scope.userId ?? ""}\0${segments.slice(0, depth).join("/")}`;
      tag = {
        ...scope,
        slug: own,
        depth,
        parent,
        spellings: new Map(),
        links: [],
        createdAt: Infinity,
        updatedAt: 0,
        creationTime: Infinity,
      };
      tags.set(key, tag);
    }
    tag.createdAt = Math.min(tag.createdAt, document.createdAt);
    tag.updatedAt = Math.max(tag.updatedAt, document.createdAt);
    tag.creationTime = Math.min(tag.creationTime, document._creationTime);
    const spelling =
      depth === segments.length - 1
        ? label.trim()
        : label
            .split("/")
            .slice(0, depth + 1)
            .join("/");
    tag.spellings.set(spelling, (tag.spellings.get(spelling) ?? 0) + 1);
  }
  return tag;
}

function slugOf(text) {
  const segments = text.normalize("NFC").toLowerCase().normalize("NFC").split("/");
  return segments
    .map((segment) => segment.trim().replace(/\s+/g, " "))
    .filter((segment) => segment !== "")
    .join("/");
}
