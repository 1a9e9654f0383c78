import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Archive, openArchive } from "../../pipeline/convexFormat/archive.js";
import { toUniformLine } from "../../pipeline/convexFormat/encoding.js";
import { lines } from "../../pipeline/convexFormat/lines.js";
import { temporaryFolder } from "./temporaryFolder.js";
import { idOf } from "./values.js";
import { type ZipInput, zipBytes, zipFile } from "./zips.js";

const sample = fileURLToPath(new URL("../../fixtures/samples/language-app-export.zip", import.meta.url));

/** A small world: all three encodings, storage, and a component in a component. */
const world: readonly ZipInput[] = [
  { name: "README.md", data: "# Welcome" },
  {
    name: "_tables/documents.jsonl",
    data: '{"name":"users","id":10001}\n{"name":"notes","id":10002}\n{"name":"empty","id":10003}\n',
  },
  { name: "users/documents.jsonl", data: `{"_id":"${idOf(10001, 1)}","_creationTime":1.5,"age":7}\n`, compress: false },
  { name: "users/generated_schema.jsonl", data: '"uniform"\n' },
  { name: "notes/documents.jsonl", data: `{"_id":"${idOf(10002, 1)}","_creationTime":1.5,"age":"7","n":7.0}\n` },
  { name: "notes/generated_schema.jsonl", data: `${JSON.stringify('{"age": int64, "n": normalfloat64}')}\n` },
  { name: "made/documents.jsonl", data: `{"_id":"${idOf(10009, 1)}","_creationTime":1,"age":7}` },
  { name: "_storage/documents.jsonl", data: `{"_id":"${idOf(513, 1)}","_creationTime":1.5,"size":3.0}\n` },
  { name: `_storage/${idOf(513, 1)}.jsonl`, data: "not a table" },
  { name: "_components/mail/_tables/documents.jsonl", data: '{"name":"users","id":10001}\n' },
  { name: "_components/mail/users/documents.jsonl", data: "" },
  { name: "_components/mail/_components/queue/jobs/documents.jsonl", data: "" },
];

const shapeOfWorld = [
  ["users", 10001, "uniform"],
  ["notes", 10002, "shape"],
  ["made", 10009, "plain"],
  ["_storage", 513, "plain"],
  ["empty", 10003, "plain"],
  ["_components/mail/users", 10001, "plain"],
  ["_components/mail/_components/queue/jobs", null, "plain"],
];

describe("openArchive", () => {
  test("reads a real export: streamed entries, zero dates, shapes", async () => {
    const archive = await openArchive(sample);
    expect(archive.kind).toBe("zip");
    expect(archive.storage.listed).toBe(false);
    expect(await archive.sha256()).toBe("65248b6030a9637cb1a38dc24ccb5ca8b2bf658eac2bb8614da853ec17fe7648");
    const rows = await Promise.all(
      archive.tables.map(async (table) => (await contents(table.open())).match(/\n/g)?.length ?? 0),
    );
    expect(Object.fromEntries(archive.tables.map((table, i) => [table.name, [table.tableNumber, rows[i]]]))).toEqual({
      authAccounts: [10001, 0],
      authRateLimits: [10002, 0],
      authRefreshTokens: [10003, 0],
      authSessions: [10004, 0],
      authVerificationCodes: [10005, 0],
      authVerifiers: [10006, 0],
      exercises: [10007, 76],
      userProgress: [10008, 10],
      users: [10009, 0],
      profiles: [10010, 19],
      sentences: [10011, 74],
      _storage: [null, 0],
    });
    await archive.close();
  });

  test.each([
    ["as it is", ""],
    ["in a folder", "snapshot/"],
    ["in two folders", "my export/2025-05-03T12-00/"],
  ])("finds tables, components and encodings %s", async (_what, prefix) => {
    const archive = await openZipped(world.map((entry) => ({ ...entry, name: prefix + entry.name })));
    expect(summary(archive)).toEqual(shapeOfWorld);
    expect(archive.storage.listed).toBe(true);
    expect(archive.tables.find((table) => table.rawName === "_components/mail/_components/queue/jobs")).toMatchObject({
      name: "jobs",
      component: "mail/queue",
      entry: `${prefix}_components/mail/_components/queue/jobs/documents.jsonl`,
    });
    expect(await uniformLines(archive, "users")).toEqual([`{"_id":"${idOf(10001, 1)}","_creationTime":1.5,"age":7}`]);
    expect(await uniformLines(archive, "notes")).toEqual([
      `{"_creationTime":1.5,"_id":"${idOf(10002, 1)}","age":7,"n":7.0}`,
    ]);
    expect(await uniformLines(archive, "made")).toEqual([`{"_id":"${idOf(10009, 1)}","_creationTime":1.0,"age":7.0}`]);
    expect(await uniformLines(archive, "empty")).toEqual([]);
    await archive.close();
  });

  test("reads ZIP64, stored and deflated", async () => {
    const archive = await openArchive(await zipFile(await zipBytes(world, { zip64: true })));
    expect(summary(archive)).toEqual(shapeOfWorld);
    for (const table of archive.tables) expect((await contents(table.open())).length).toBe(table.bytes);
    await archive.close();
  });

  test("reads an unpacked folder, with the same tables", async () => {
    const folder = await unpacked(world);
    const archive = await openArchive(folder);
    expect(archive.kind).toBe("folder");
    expect(archive.bytes).toBe(world.reduce((sum, entry) => sum + Buffer.byteLength(entry.data), 0));
    expect(summary(archive).sort()).toEqual([...shapeOfWorld].sort());
    expect(await uniformLines(archive, "notes")).toEqual([
      `{"_creationTime":1.5,"_id":"${idOf(10002, 1)}","age":7,"n":7.0}`,
    ]);
    const hash = await archive.sha256();
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    await writeFile(join(folder, "made/documents.jsonl"), "");
    const changed = await openArchive(folder);
    expect(await changed.sha256()).not.toBe(hash);
  });

  test("reads tables side by side, and again", async () => {
    const archive = await openZipped(world);
    const [users, notes] = archive.tables;
    const both = await Promise.all([contents(users?.open()), contents(notes?.open()), contents(users?.open())]);
    expect(both[0]).toBe(both[2]);
    expect(both[1]).toContain('"n":7.0');
    await archive.close();
  });

  test("without a list of tables, numbers come from the first document", async () => {
    const archive = await openZipped([
      { name: "a/documents.jsonl", data: `{"_id":"${idOf(10005, 1)}"}\n` },
      { name: "b/documents.jsonl", data: '{"_id":7}\n' },
      { name: "c/documents.jsonl", data: "{" },
      { name: "d/documents.jsonl", data: "" },
    ]);
    expect(archive.tables.map((table) => [table.name, table.tableNumber])).toEqual([
      ["a", 10005],
      ["b", null],
      ["c", null],
      ["d", null],
    ]);
    await archive.close();
  });

  test("the prefix is not mistaken for a component's, nor for what lies beside the export", async () => {
    const archive = await openZipped([
      { name: "_components/mail/users/documents.jsonl", data: "" },
      { name: "_components/mail/_tables/documents.jsonl", data: '{"name":"users","id":10001}\n' },
      { name: "other/_components/x/y/documents.jsonl", data: "" },
    ]);
    expect(summary(archive)).toEqual([["_components/mail/users", 10001, "plain"]]);
    await archive.close();
  });
});

async function openZipped(inputs: readonly ZipInput[]): Promise<Archive> {
  return await openArchive(await zipFile(await zipBytes(inputs)));
}

async function unpacked(inputs: readonly ZipInput[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const { name, data } of inputs) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), data);
  }
  return folder;
}

function summary(archive: Archive): [rawName: string, number: number | null, encoding: string][] {
  return archive.tables.map((table) => [table.rawName, table.tableNumber, table.encoding.kind]);
}

async function contents(stream: Promise<NodeJS.ReadableStream> | undefined): Promise<string> {
  return stream === undefined ? "" : (await buffer(await stream)).toString();
}

async function uniformLines(archive: Archive, name: string): Promise<string[]> {
  const found: string[] = [];
  const table = archive.tables.find(({ rawName }) => rawName === name);
  if (table === undefined) throw new Error(`no table ${name}`);
  for await (const line of lines(await table.open())) found.push(toUniformLine(line.bytes.toString(), table.encoding));
  return found;
}
