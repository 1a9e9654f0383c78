/** The page as a run writes it, over documents that hold everything users, bugs and enemies could put there. */
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hardSnapshot } from "../../fixtures/hardDocuments.js";
import { worldToZip } from "../../fixtures/writeWorld.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import { escapeHtml } from "../../pipeline/page/html.js";
import type { Report } from "../../pipeline/report/report.js";
import { quietEdge } from "../laws/quietEdge.js";

let folder: string;
const world = hardSnapshot(1, 200);
const run = async (...args: string[]): Promise<void> => {
  const { failure } = await runProgram(
    [...args, "--out", join(folder, "run"), "--quiet", "--threads", "1"],
    quietEdge(),
  );
  expect(failure).toBeNull();
};
const read = (name: string): Promise<string> => readFile(join(folder, "run", name), "utf8");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-page-"));
  await worldToZip(world, join(folder, "snapshot.zip"));
  await run("run", join(folder, "snapshot.zip"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("is the owner's alone", async () => {
  expect((await stat(join(folder, "run/report.html"))).mode & 0o777).toBe(0o600);
});

it("sizes are those of the tables", async () => {
  const { sizes, accounting } = JSON.parse(await read("report.json")) as Report;
  const lines = world.tables.find(({ name }) => name === "messages")?.lines ?? [];
  const messages = sizes.tables.find(({ table }) => table === "messages");
  expect(messages).toMatchObject({ isNew: false, rows: lines.length });
  expect(messages?.after).toBeLessThan(messages?.before ?? 0);
  const made = sizes.phases.reduce((sum, { rows }) => sum + rows, 0);
  expect(made).toBe(accounting.reduce((sum, { rows, derived }) => sum + rows + derived, 0));
});

/** Texts of the documents that are long enough to be nobody else's, as a page would show them. */
function personalTexts(): string[] {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === "string" && /^(?![0-9a-z]{31,37}$).{16,}$/s.test(value)) texts.push(value);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
  };
  for (const { lines } of world.tables) for (const line of lines) collect(JSON.parse(line));
  return [...new Set(texts)].map((text) => escapeHtml(text.slice(0, 40)));
}

it("shows no value of a document", async () => {
  const page = await read("report.html");
  const texts = personalTexts();
  expect(texts.length).toBeGreaterThan(100);
  expect(texts.filter((text) => page.includes(text))).toEqual([]);
});

it("shows some of the ledger with --values, and is as it was without", async () => {
  const before = await read("report.html");
  await run("report", "--values");
  const page = await read("report.html");
  expect(personalTexts().some((text) => page.includes(text))).toBe(true);
  await run("report");
  expect((await read("report.html")) === before).toBe(true);
});
