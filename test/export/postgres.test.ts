/** The export really loaded into a PostgreSQL server, with every constraint on; where none can be started a line says so. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hardSnapshot } from "../../fixtures/hardDocuments.js";
import { defineWorld } from "../../fixtures/world.js";
import { worlds } from "../../fixtures/worlds/index.js";
import type { ExportTable } from "../../pipeline/export/exportTables.js";
import { parseManifest } from "../../pipeline/export/manifest.js";
import { type Cell, FinishedRun, withoutSignOfZero } from "./finishedRun.js";
import { PostgresServer } from "./postgresServer.js";

let server: PostgresServer | null;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server?.stop());

/** Texts of keys that no index of PostgreSQL takes as they are, and with no common part that compression would find. */
const longKeys = defineWorld("longKeys", (world) => {
  world.add("users", "ann");
  world.add("conversations", "c1");
  const long = Array.from({ length: 6000 }, (_, at) => String.fromCharCode(33 + ((at * at * 31 + at * 7) % 90))).join(
    "",
  );
  world.add("messages", "m", {
    toolCalls: ["a", "b"].map((end) => ({ id: long + end, name: long, arguments: "{}", timestamp: 1 })),
    sources: [{ id: "1", title: "t", url: `https://example.com/${encodeURIComponent(long)}` }],
  });
  world.add("bookmarks", "b", { messageId: world.id("messages", "m"), tags: [long] });
});

/** Every planted fault at once: of documents that several worlds name alike the first counts. */
const planted = defineWorld("planted", (world) => {
  const lines = new Map<string, Map<string, string>>();
  for (const table of worlds.flatMap(({ tables }) => tables)) {
    if (table.generatedSchema !== '"uniform"\n' || table.name.includes("/")) continue;
    const held = lines.get(table.name) ?? new Map<string, string>();
    lines.set(table.name, held);
    for (const line of table.lines) {
      const id = /"_id":"(\w+)"/.exec(line)?.[1] ?? "";
      if (!held.has(id)) held.set(id, line);
    }
  }
  for (const [name, held] of lines) world.lines(name, '"uniform"\n', [...held.values()]);
});
const snapshots = [
  ["generated", { messages: 1000, seed: 3 }],
  ["hard", hardSnapshot(4, 600)],
  ["longKeys", longKeys],
  ["planted", planted],
] as const;

test.each(snapshots)("%s", async (name, snapshot) => {
  if (server === null) return;
  const run = await FinishedRun.of(snapshot);
  try {
    const naming = name === "hard" ? "snake" : "camel";
    const folder = await run.export("postgres", "postgres", ["--naming", naming]);
    await server.script(join(folder, "load.sh"), { UNNEST_SCHEMA: name });
    const tables = run.tables(naming);
    const loaded = await server.rows(
      tables
        .map((table) => `SELECT '${table.name}' AS "table", row_to_json(t) AS row FROM "${name}"."${table.name}" AS t`)
        .join(" UNION ALL "),
    );
    for (const table of tables) {
      const read = loaded
        .filter((one) => one.table === table.name)
        .map(({ row }) => cellsOf(row as Record<string, unknown>, table));
      const rows = (await run.rows(table)).map((row) =>
        row.map((cell, at) =>
          table.columns[at]?.sqlType === "JSON" && cell !== null ? JSON.parse(String(cell)) : cell,
        ),
      );
      expect(withoutSignOfZero(read.toSorted(byId)), table.name).toEqual(withoutSignOfZero(rows.toSorted(byId)));
    }
    const constraints = await server.rows(
      `SELECT contype::text AS type, count(*)::int AS count, bool_and(convalidated) AS all FROM pg_constraint
       WHERE connamespace = '"${name}"'::regnamespace GROUP BY contype ORDER BY 1`,
    );
    expect(constraints.map(({ type }) => type)).toEqual(["c", "f", "p", "u"]);
    expect(constraints.every(({ all }) => all === true)).toBe(true);
  } finally {
    await run.remove();
  }
});

test("constraints refuse what breaks them, and a load that fails leaves nothing behind", async () => {
  if (server === null) return;
  const run = await FinishedRun.of({ messages: 100, seed: 5 });
  try {
    const folder = await run.export("postgres", "postgres");
    const file = join(folder, "data/toolCalls.copy");
    const text = await readFile(file, "utf8");
    const [first = ""] = text.split("\n");
    const fields = first.split("\t");
    const anew = fields.with(0, "another").with(6, "new");
    const breaks = {
      "23503": anew.with(2, "nobody"),
      "23505": anew.with(6, fields[6] ?? ""),
      "23502": anew.with(7, "\\N"),
      "23514": anew.with(9, "neither"),
    };
    const load = () =>
      server?.script(join(folder, "load.sh"), { UNNEST_SCHEMA: "broken" }, ["--set", "VERBOSITY=sqlstate"]);
    for (const [state, broken] of Object.entries(breaks)) {
      await writeFile(file, `${text}${broken.join("\t")}\n`);
      await expect(load()).rejects.toThrow(`ERROR:  ${state}`);
    }
    await writeFile(file, text.slice(first.length + 1));
    await expect(server.script(join(folder, "load.sh"), { UNNEST_SCHEMA: "broken" })).rejects.toThrow("toolCalls");
    expect(await server.rows("SELECT nspname FROM pg_namespace WHERE nspname = 'broken'")).toEqual([]);
  } finally {
    await run.remove();
  }
});

test("texts that PostgreSQL does not hold are counted", async () => {
  const world = defineWorld("nul", (one) => {
    one.add("users", "ann");
    one.add("conversations", "c1");
    one.add("messages", "m", {
      toolCalls: [
        { id: "a\u0000", name: "␀", arguments: '{"x":"\\u0000\\\\u0000␛"}', timestamp: 1 },
        { id: "a␀", name: "plain", arguments: '{"x":"\\\\u0000"}', timestamp: 1 },
      ],
    });
  });
  const run = await FinishedRun.of(world);
  try {
    const folder = await run.export("postgres", "postgres");
    const manifest = parseManifest(await readFile(join(folder, "export.json"), "utf8"));
    const calls = manifest?.tables.find(({ source }) => source === "toolCalls");
    expect(calls?.escaped).toEqual({ toolCallId: 2, toolName: 1, args: 1 });
    const lines = (await readFile(join(folder, "data/toolCalls.copy"), "utf8")).trimEnd().split("\n");
    const args = calls?.columns.findIndex(({ name }) => name === "args") ?? -1;
    expect(lines.map((line) => line.split("\t")[args]).sort()).toEqual([
      '{"x":"\\\\\\\\u0000"}',
      '{"x":"␀\\\\\\\\u0000␛␛"}',
    ]);
    await rm(folder, { recursive: true });
  } finally {
    await run.remove();
  }
});

const byId = ([one]: readonly unknown[], [other]: readonly unknown[]): number => (String(one) < String(other) ? -1 : 1);

function cellsOf(row: Readonly<Record<string, unknown>>, { columns }: ExportTable): unknown[] {
  return columns.map(({ name, sqlType }) => (sqlType === "DOUBLE" ? numberOf(row[name]) : unescaped(row[name])));
}

/** row_to_json writes what JSON has no number for as text. */
function numberOf(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

/** What the escapes of the export stood for, everywhere in a value. */
function unescaped(value: unknown): Cell | object {
  if (typeof value === "string") return value.replace(/␛([\s\S])|␀/g, (_, kept?: string) => kept ?? "\u0000");
  if (Array.isArray(value)) return value.map(unescaped);
  if (typeof value !== "object" || value === null) return (value ?? null) as Cell;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unescaped(inner)]));
}
