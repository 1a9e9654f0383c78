/** What a run made of a world, as a text short enough to be read line by line. */
import type { Value } from "convex/values";
import { worldStart } from "../../fixtures/world.js";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { canonicalEncoding } from "../../transforms/canonicalEncoding.js";
import { type LedgerLine, testModel, type WorldRun } from "./runWorld.js";

/** Columns that say nothing new in a golden: ids of rows, and what is copied from the parent into every row. */
const silent = ["conversationId", "createdAt", "addedAt", "addedBy", "path"];
const spoken: Readonly<Record<string, readonly string[]>> = {
  projectConversations: ["conversationId"],
  conversationTokenUsage: ["conversationId"],
  memoryMetadata: ["conversationId"],
  tags: ["createdAt"],
};

/** Lines of one kind that a golden shows before it only counts them. */
const mostLines = 60;

/** Rows, ledger, patches, accounting and checks of a run, ids named, times as seconds since the world's first document. */
export async function describeRun(run: WorldRun): Promise<string> {
  const name = naming(run);
  const sections = [
    ...[...run.packaged].map(([table, lines]) =>
      section(table, lines.map((line) => name(describeRow(table, line))).sort()),
    ),
    section("ledger", run.ledger.map((entry) => name(describeEntry(entry))).sort()),
    section("patches", run.patches.map(name).sort()),
    section("misfits", (await misfits(run)).map(name).sort()),
    section("accounting", await accounting(run)),
    section("checks", (await checks(run)).map(name)),
  ];
  return sections.filter((part) => part !== "").join("\n");
}

function section(heading: string, rows: readonly string[]): string {
  if (rows.length === 0) return "";
  const shown = rows.length > mostLines ? [...rows.slice(0, 3), `… and ${rows.length - 3} more`] : rows;
  return `${heading} (${rows.length})\n${shown.map((row) => `  ${row}\n`).join("")}`;
}

/** Names for the world's ids and for those of tags and pages, and readable times. */
function naming(run: WorldRun): (text: string) => string {
  const entities = new Map<string, string>();
  for (const line of run.packaged.get("tags") ?? []) {
    const { _id, userId, slug } = decodeValue(line) as Record<string, string>;
    entities.set(_id ?? "", `${run.named(userId ?? "global")}#${slug}`);
  }
  for (const line of run.packaged.get("sourceMetadata") ?? []) {
    const { _id, url } = decodeValue(line) as Record<string, string>;
    entities.set(_id ?? "", `<${url?.slice(0, 60)}>`);
  }
  return (text) =>
    run
      .named(text.replace(/\b[0-9a-z]{31,37}\b/g, (id) => entities.get(id) ?? id))
      .replace(/\b17\d{11}(?:\.\d+)?\b/g, (time) => `t+${(Number(time) - worldStart) / 1000}`);
}

function describeRow(table: string, line: string): string {
  const row = decodeValue(line) as Record<string, Value | undefined>;
  const { columns } = testModel.table(table);
  const cells = columns.flatMap(({ name, sqlType }) => {
    const value = row[name];
    if (value === undefined || (silent.includes(name) && spoken[table]?.includes(name) !== true)) return [];
    const plain = typeof value === "string" || (typeof value === "number" && sqlType === "DOUBLE");
    return `${name}=${cut(plain ? String(value) : canonicalEncoding(value))}`;
  });
  return cells.join(" ");
}

function describeEntry({ phase, code, kind, documentId, path, value, detail }: LedgerLine): string {
  const shown = [phase, documentId, path, code, kind, value && cut(value), detail && `(${cut(detail)})`];
  return shown.filter((text) => text !== undefined && text !== "").join(" ");
}

/** A value that fills no screen. */
function cut(text: string): string {
  const shown = text.replaceAll("\n", "\\n").replaceAll("\u0000", "\\0");
  return shown.length <= 320 ? shown : `${shown.slice(0, 60)}… (${shown.length} characters)`;
}

async function misfits({ database }: WorldRun): Promise<string[]> {
  const rows = await database.rows<{ id: string; path: string; reason: string; schemas: string }>(
    "SELECT _id AS id, path, reason, schemas FROM meta.misfits",
  );
  return rows.map(({ id, path, reason, schemas }) => `${id} ${path} ${schemas} ${reason.replace(advice, "")}`);
}

/** Convex gives it with every missing field. */
const advice = " Consider wrapping the field validator in `v.optional(...)` if this is expected.";

async function accounting({ database }: WorldRun): Promise<string[]> {
  const rows = await database.rows<Record<string, string>>(
    "SELECT * FROM meta.accounting WHERE source + rows + derived > 0 ORDER BY phase, element",
  );
  return rows.map(({ phase, element, source, rows: made, merged, rejected, kept, derived }) => {
    const fates = Object.entries({ rows: made, merged, rejected, kept, derived });
    const counted = fates.filter(([, count]) => Number(count) > 0).map(([fate, count]) => `${count} ${fate}`);
    return `${phase} ${element}: ${source} = ${counted.join(" + ")}`;
  });
}

/** Checks that found something, each with its sample; those that passed are counted. */
async function checks({ database }: WorldRun): Promise<string[]> {
  const passed = await database.count("SELECT count(*) FROM meta.checks WHERE status = 'passed'");
  const rows = await database.rows<{ name: string; status: string; violations: string; sample: string }>(
    "SELECT name, status, violations, sample FROM meta.checks WHERE status IN ('failed', 'listed') ORDER BY name",
  );
  const found = rows.map(({ name, status, violations, sample }) => {
    // Those stand above, all of them.
    const offenders = name === "sourceSchema" ? [] : (JSON.parse(sample) as { _id: string; detail: string }[]);
    return `${name} ${status}: ${violations}${offenders.map(({ _id, detail }) => `\n    ${_id} ${detail}`).join("")}`;
  });
  const idle = await database.count("SELECT count(*) FROM meta.checks WHERE status = 'notApplicable'");
  return [`${passed} passed, ${idle} not applicable`, ...found];
}
