/**
 * The job of `unnest run` as one would write it first: JSON.parse a line, better-sqlite3, one transaction.
 * node migrate.mjs <snapshot.zip> <out folder>
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { feedbackTag, tagged, user } from "./entityRules.mjs";
import { check, finish, writePackage } from "./finish.mjs";
import { tableNumberOf } from "./ids.mjs";
import { message } from "./messageRules.mjs";
import { normalized } from "./model.mjs";
import { openSnapshot } from "./snapshot.mjs";
import { Store } from "./store.mjs";

const [path, out] = process.argv.slice(2);
const started = performance.now();
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const { tables, numbers, close } = await openSnapshot(path);
let next = Math.max(10_000, ...numbers.values()) + 1;
for (const name of Object.keys(normalized)) if (!numbers.has(name)) numbers.set(name, next++);

const context = {
  store: new Store(join(out, "work.sqlite")),
  numbers,
  tables,
  storageNumber: 0,
  files: new Set(),
  users: new Map(),
  conversations: new Map(),
  projects: new Map(),
  messageCounts: new Map(),
  metadata: new Map(),
  tokens: new Map(),
  tags: new Map(),
};

// What others look up comes first, messages last.
const order = ["_storage", "users", "projects", "conversations"];
const names = [
  ...order.filter((name) => tables.has(name)),
  ...[...tables.keys()].filter((name) => !order.includes(name)),
];
names.sort((a, b) => Number(a === "messages") - Number(b === "messages"));
for (const table of names) {
  for await (const line of await tables.get(table).open()) {
    const document = JSON.parse(line);
    context.store.document(table, document._id, document._creationTime, line);
    handle(table, document);
  }
}
close();
const patches = finish(context);
context.store.commit();
const violations = check(context);
await writePackage(context, patches, out);

const rows = Object.fromEntries(
  Object.keys(normalized).map((table) => [
    table,
    context.store.db.prepare(`SELECT count(*) n FROM "${table}"`).get().n,
  ]),
);
const seconds = (performance.now() - started) / 1000;
const peakBytes = process.resourceUsage().maxRSS * 1024;
console.log(JSON.stringify({ seconds, peakBytes, rows, patches: patches.length, violations }));

function handle(table, document) {
  if (table === "messages") message(document, context);
  else if (table === "users") {
    context.users.set(document._id, true);
    user(document, context);
  } else if (table === "conversations") context.conversations.set(document._id, document);
  else if (table === "projects") context.projects.set(document._id, document);
  else if (table === "_storage") {
    context.storageNumber = tableNumberOf(document._id);
    context.files.add(document._id);
  } else if (table === "feedbackTags") feedbackTag(document, context);
  else if (["bookmarks", "snippets", "notes", "feedback"].includes(table)) tagged(document, table, context);
}
