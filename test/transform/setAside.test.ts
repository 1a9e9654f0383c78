/** Documents that do not fit the old schema: nothing of them is mapped, nothing of them is lost, and `--strict` refuses them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineWorld } from "../../fixtures/world.js";
import { references } from "../../fixtures/worlds/references.js";
import { setAside } from "../../fixtures/worlds/setAside.js";
import { type LedgerLine, runWorld, type WorldRun } from "./runWorld.js";

const world = defineWorld("setAsideDocuments", (add) => {
  add.add("users", "ann");
  const p1 = add.id("projects", "p1");
  const tokenUsage = { messagesTokens: 1 };
  const c1 = add.add("conversations", "c1", { title: 7, projectId: p1, messageCount: 9, tokenUsage });
  const c2 = add.add("conversations", "c2", { projectId: p1 });
  add.add("projects", "p1", { conversationIds: [c1, c2] });
  const call = { id: "a", name: "b", arguments: "{}", timestamp: 1 };
  add.add("messages", "m1", { conversationId: c1, toolCalls: [call] });
  add.add("messages", "noRole", { conversationId: c2, role: undefined, toolCalls: [call], model: "m", inputTokens: 3 });
  add.add("feedbackTags", "nameless", { name: undefined });
  add.add("bookmarks", "noNote", { conversationId: c1, note: 3, tags: ["a", { b: 1 }] });
  add.add("notes", "noList", { title: 1n, tags: "a" });
  add.add("users", "nested", { email: 1, preferences: { theme: null, reasoning: { x: Number.NaN } } });
  add.add("memories", "y1", { content: 7, sourceMessageIds: [add.id("messages", "m1")] });
});

describe("a run over documents that do not fit", () => {
  let run: WorldRun;
  beforeAll(async () => {
    run = await runWorld(world);
  });
  afterAll(() => run.close());

  const entriesOf = (name: string): string[] =>
    run.ledger.filter(({ documentId }) => run.named(documentId) === name).map((entry) => run.named(line(entry)));

  test("gives each of their elements to the ledger, with its value", () => {
    const rejected = run.ledger
      .filter(({ code }) => code === "document_set_aside")
      .map((entry) => run.named(line(entry)));
    expect(rejected.sort()).toEqual([
      'bookmarks:noNote /tags/0 document_set_aside rejected "a"',
      'bookmarks:noNote /tags/1 document_set_aside rejected {"b":1.0}',
      'conversations:c1 /projectId document_set_aside rejected "projects:p1"',
      'conversations:c1 /tokenUsage document_set_aside rejected {"messagesTokens":1.0}',
      'memories:y1 /metadata document_set_aside rejected {"category":"preference"}',
      'memories:y1 /sourceMessageIds/0 document_set_aside rejected "messages:m1"',
      'messages:noRole /toolCalls/0 document_set_aside rejected {"arguments":"{}","id":"a","name":"b","timestamp":1.0}',
      'notes:noList /tags document_set_aside rejected "a"',
      'users:nested /preferences/reasoning/x document_set_aside rejected {"$float":"AAAAAAAA+H8="}',
      "users:nested /preferences/theme document_set_aside rejected null",
    ]);
  });

  test("names each of them with its line and reason", async () => {
    const rows = await run.database.rows<{ id: string; line: string; reason: string }>(
      "SELECT _id AS id, line, reason FROM raw._set_aside",
    );
    const lines = new Map(
      world.tables.flatMap((table) => table.lines.map((text, index) => [text, index + 1] as const)),
    );
    for (const { id, line: number } of rows) {
      expect([...lines].find(([text]) => text.includes(`"_id":"${id}"`))?.[1]).toBe(Number(number));
    }
    expect(Object.fromEntries(rows.map(({ id, reason }) => [run.named(id), reason]))).toMatchObject({
      "conversations:c1": expect.stringContaining("Path: .title"),
      "messages:noRole": expect.stringContaining("missing the required field `role`"),
      "feedbackTags:nameless": expect.stringContaining("missing the required field `name`"),
    });
    expect(rows).toHaveLength(7);
  });

  test("accounts for every element, and every check passes", async () => {
    expect(
      await run.database.rows("SELECT name, status, violations FROM meta.checks WHERE status <> 'passed'"),
    ).toEqual([]);
    expect(await run.database.count("SELECT count(*) FROM meta.accounting WHERE rejected > 0")).toBe(9);
  });

  test("lets their neighbours refer to them: they stay in the deployment", () => {
    expect(run.packaged.get("toolCalls")?.map(run.named)).toEqual([
      expect.stringMatching(/"conversationId":"conversations:c1".*"messageId":"messages:m1"/),
    ]);
  });

  test("does not merge an element of a project's list into the row that a set-aside conversation has not", () => {
    expect(run.packaged.get("projectConversations")?.map(run.named)).toEqual([
      expect.stringContaining('"conversationId":"conversations:c2"'),
    ]);
    expect(entriesOf("projects:p1")).toContain(
      'projects:p1 /conversationIds/0 project_link_mismatch rejected "conversations:c1"',
    );
  });

  test("changes nothing in them, and counts them where they are counted", () => {
    expect(run.patches.map(run.named)).toEqual([
      '{"table":"conversations","_id":"conversations:c2","expect":{"messageCount":0.0},"set":{"messageCount":1.0},"unset":[]}',
    ]);
  });
});

test("--strict refuses a snapshot with documents that do not fit, naming the first", async () => {
  await expect(runWorld(setAside, { strict: true })).rejects.toMatchObject({
    code: "DOCUMENTS_SET_ASIDE",
    place: { table: expect.any(String), line: expect.any(Number), documents: 6 },
  });
});

test("--strict fails where references dangle among the snapshot's own documents", async () => {
  await expect(runWorld(references, { strict: true })).rejects.toMatchObject({
    code: "CHECKS_FAILED",
    place: { check: "sourceForeignKey", rows: 10 },
  });
});

function line({ documentId, path, code, kind, value }: LedgerLine): string {
  return [documentId, path, code, kind, value].filter((text) => text !== undefined).join(" ");
}
