import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database } from "../../pipeline/db/database.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { plain } from "../../pipeline/terminal/paint.js";
import { renderTrace } from "../../pipeline/trace/renderTrace.js";
import { traceDocument } from "../../pipeline/trace/traceDocument.js";
import { fillTracedRun, ids } from "./tracedRun.js";

let database: Database;
const model = loadModel();

beforeAll(async () => {
  database = await Database.open(":memory:", { threads: 1, memoryLimit: 2 ** 28, spillDirectory: tmpdir() });
  await fillTracedRun(database);
});
afterAll(() => database.close());

describe("traceDocument", () => {
  it("finds a document's line, rows that point at it, and ledger entries", async () => {
    expect(await traceDocument(database, model, ids.message)).toMatchObject({
      table: "messages",
      tableNumber: 10003,
      role: "existing",
      source: { entry: "messages/documents.jsonl", line: 2 },
      misfits: [],
      origins: [],
      rows: [{ table: "attachments", column: "messageId", count: 1, rows: [{ _id: ids.attachment }] }],
      ledger: { count: 1, entries: [{ code: "unknown_field", path: "/attachments/0/alt" }] },
      checks: [],
    });
  });

  it("finds what a normalized row came from, and the checks that name it", async () => {
    expect(await traceDocument(database, model, ids.attachment)).toMatchObject({
      table: "attachments",
      role: "normalized",
      source: null,
      origins: [
        { column: "messageId", id: ids.message, source: { table: "messages", line: 2 } },
        { column: "conversationId", id: ids.conversation },
        { column: "userId", id: ids.user },
      ],
      rows: [{ table: "attachments", column: "_id", count: 1 }],
      checks: [{ name: "limits", status: "failed", detail: "too large" }],
    });
  });

  it("says why a document does not fit its schema", async () => {
    expect((await traceDocument(database, model, ids.brokenMessage)).misfits).toEqual(["role is missing"]);
  });

  it("tells a component's table from the application's with the same number", async () => {
    expect(await traceDocument(database, model, ids.ofComponent)).toMatchObject({
      table: "jobs",
      role: "not in the model",
      source: { entry: "_components/work/_components/queue/jobs/documents.jsonl", line: 3 },
    });
  });

  it.each([
    [ids.unknownRow, "ID_NOT_FOUND"],
    [ids.unknownTable, "ID_NOT_FOUND"],
    ["hello", "INVALID_ID"],
    [`${ids.message.slice(0, -1)}u`, "INVALID_ID"],
    ["'; DROP TABLE raw.users; --", "INVALID_ID"],
  ])("answers %s with %s", async (id, code) => {
    await expect(traceDocument(database, model, id)).rejects.toMatchObject({ code });
  });
});

describe("renderTrace", () => {
  it.each(["message", "attachment", "brokenMessage"] as const)("shows the way of a %s", async (which) => {
    const text = renderTrace(await traceDocument(database, model, ids[which]), plain);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    await expect(text).toMatchFileSnapshot(`goldens/${which}.txt`);
  });
});
