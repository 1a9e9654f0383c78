/** Documents that do not fit their schema are mapped all the same, and listed; only `--strict` fails. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defineWorld } from "../../fixtures/world.js";
import { references } from "../../fixtures/worlds/references.js";
import { type LedgerLine, runWorld, type WorldRun } from "./runWorld.js";

const call = { id: "a", name: "b", arguments: "{}", timestamp: 1 };

const world = defineWorld("misfitDocuments", (add) => {
  add.add("users", "ann", { preferences: { theme: "dark", defaultModel: "auto", sendOnEnter: true } });
  const p1 = add.id("projects", "p1");
  const c1 = add.add("conversations", "c1", { title: 7, projectId: p1, messageCount: 9 });
  const c2 = add.add("conversations", "c2", { projectId: p1, messageCount: 3n });
  const c3 = add.add("conversations", "c3", { projectId: p1, createdAt: undefined });
  add.add("projects", "p1", { conversationIds: [c1, c2, c3, 7] });
  const counted = { model: "m", inputTokens: 3, outputTokens: 4n };
  add.add("messages", "queued", { conversationId: c1, status: "queued", toolCalls: [call], ...counted });
  add.add("messages", "noRole", { conversationId: c2, role: undefined, toolCalls: [call], ...counted });
  add.add("messages", "untimed", { conversationId: c3, createdAt: 5n, toolCalls: [call], ...counted });
  add.add("messages", "unread", { conversationId: c3, toolCalls: [{ ...call, timestamp: 1n }] });
  add.add("feedbackTags", "nameless", { name: undefined });
  add.add("bookmarks", "noNote", { conversationId: c1, note: 3, tags: ["a", { b: 1 }] });
  add.add("memories", "y1", { metadata: { category: "fact", verifiedBy: "nobody" }, fromTheFuture: 1 });
});

describe("a run over documents that do not fit", () => {
  let run: WorldRun;
  beforeAll(async () => {
    run = await runWorld(world);
  });
  afterAll(() => run.close());

  const rows = (table: string): readonly string[] => (run.packaged.get(table) ?? []).map(run.named);

  test("maps what has all that its row requires", () => {
    expect(rows("toolCalls")).toEqual(
      expect.arrayContaining([
        expect.stringContaining('"messageId":"messages:queued"'),
        expect.stringContaining('"messageId":"messages:noRole"'),
      ]),
    );
    expect(rows("toolCalls")).toHaveLength(2);
    expect(rows("bookmarkTags")).toHaveLength(1);
    expect(rows("memoryMetadata")).toEqual([expect.not.stringContaining("verifiedBy")]);
    expect(rows("projectConversations")).toHaveLength(2);
  });

  test("gives what has not to the ledger, with its value", () => {
    const rejected = run.ledger.filter(({ kind }) => kind === "rejected").map((entry) => run.named(line(entry)));
    expect(rejected.sort()).toEqual([
      'bookmarks:noNote /tags/1 invalid_bookmark_tag rejected {"b":1.0}',
      'conversations:c3 /projectId invalid_project_id rejected "projects:p1"',
      'messages:unread /toolCalls/0 invalid_tool_call rejected {"arguments":"{}","id":"a","name":"b","timestamp":1}',
      'messages:untimed /toolCalls/0 invalid_tool_call rejected {"arguments":"{}","id":"a","name":"b","timestamp":1.0}',
      'projects:p1 /conversationIds/2 project_link_mismatch rejected "conversations:c3"',
      "projects:p1 /conversationIds/3 invalid_conversation_id rejected 7.0",
    ]);
    expect(run.ledger.map((entry) => run.named(line(entry)))).toContain(
      'memories:y1 /metadata/verifiedBy unknown_field kept "nobody"',
    );
  });

  test("counts them as a deployment does", () => {
    // A status that nobody knows is not complete; what is no Float64 counts 0; a conversation without a time has its creation time.
    expect(rows("conversationTokenUsage")).toEqual([
      expect.stringMatching(/"conversationId":"conversations:c[23]".*"inputTokens":3.0,.*"outputTokens":0.0/),
      expect.stringMatching(/"conversationId":"conversations:c[23]".*"inputTokens":3.0,.*"outputTokens":0.0/),
    ]);
    expect(run.patches.map(run.named).sort()).toEqual([
      '{"table":"conversations","_id":"conversations:c1","expect":{"messageCount":9.0},"set":{"messageCount":1.0},"unset":[]}',
      '{"table":"conversations","_id":"conversations:c2","expect":{"messageCount":3},"set":{"messageCount":1.0},"unset":[]}',
      '{"table":"conversations","_id":"conversations:c3","expect":{"messageCount":0.0},"set":{"messageCount":2.0},"unset":[]}',
    ]);
  });

  test("lists each field that a deploy would refuse, also inside moved fields, and those that the schema does not have", async () => {
    const listed = await run.database.rows<{ id: string; path: string; schemas: string }>(
      "SELECT _id AS id, path, schemas FROM meta.misfits",
    );
    expect(listed.map(({ id, path, schemas }) => `${run.named(id)} ${path} ${schemas}`).sort()).toEqual([
      "bookmarks:noNote /note both",
      "bookmarks:noNote /tags/1 both",
      "conversations:c1 /title both",
      "conversations:c2 /messageCount both",
      "conversations:c3 /createdAt both",
      "feedbackTags:nameless /name both",
      "memories:y1 /fromTheFuture both",
      "memories:y1 /metadata/verifiedBy both",
      "messages:noRole /outputTokens both",
      "messages:noRole /role both",
      "messages:queued /outputTokens both",
      "messages:queued /status both",
      "messages:unread /toolCalls/0/timestamp both",
      "messages:untimed /createdAt both",
      "messages:untimed /outputTokens both",
      "projects:p1 /conversationIds/3 both",
    ]);
  });

  test("accounts for every element, and no check fails", async () => {
    const found = await run.database.rows(
      "SELECT name, status FROM meta.checks WHERE status IN ('failed', 'listed') ORDER BY name",
    );
    expect(found).toEqual([
      { name: "sourceForeignKey", status: "listed" },
      { name: "sourceSchema", status: "listed" },
    ]);
  });
});

test("a document that only the old schema refuses is named so: the transitional one does without moved fields", async () => {
  const unmoved = defineWorld("unmoved", (add) => {
    add.add("users", "ann", { preferences: undefined });
    add.add("conversations", "c1");
  });
  const run = await runWorld(unmoved);
  const listed = await run.database.rows("SELECT path, schemas FROM meta.misfits");
  expect(listed).toEqual([{ path: "/preferences", schemas: "old" }]);
  await run.close();
});

test("--strict fails where a document does not fit, and where it does not matter to any row too", async () => {
  const unfit = defineWorld("unfit", (add) => {
    add.add("users", "ann", { name: 7, preferences: { theme: "dark", defaultModel: "auto", sendOnEnter: true } });
  });
  await expect(runWorld(unfit, { strict: true })).rejects.toMatchObject({
    code: "CHECKS_FAILED",
    place: { check: "sourceSchema", rows: 1 },
  });
});

test("--strict fails where references dangle among the snapshot's own documents", async () => {
  await expect(runWorld(references, { strict: true })).rejects.toMatchObject({
    code: "CHECKS_FAILED",
    // Ten references that dangle, and two users whose preferences lack what their schema requires.
    place: { check: "sourceForeignKey", rows: 12 },
  });
});

function line({ documentId, path, code, kind, value }: LedgerLine): string {
  return [documentId, path, code, kind, value].filter((text) => text !== undefined).join(" ");
}
