import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TrafficLog } from "../../fixtures/traffic/trafficLog.js";
import { type Comparison, compareDocuments } from "../../pipeline/rehearse/compareDocuments.js";
import { type Documents, idOf, writeExport } from "./exports.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "unnest-compare-"));
});
afterAll(async () => await rm(folder, { recursive: true }));

const message = (number: number, fields: object = {}) => ({ _id: idOf("messages", number), content: "hi", ...fields });
const conversation = (fields: object = {}) => ({ _id: idOf("conversations", 1), ...fields });
const project = { _id: idOf("projects", 1), name: "p" };

let written = 0;

async function compare(
  before: Documents,
  after: Documents,
  tell: (log: TrafficLog) => void = () => {},
): Promise<Comparison> {
  const log = new TrafficLog();
  tell(log);
  written += 1;
  return await compareDocuments({
    before: await writeExport(folder, `before-${written}`, before),
    after: await writeExport(folder, `after-${written}`, after),
    tables: ["messages", "conversations", "projects"],
    log,
    rules: {
      recounted: ["conversations.messageCount"],
      repaired: { "conversations.projectId": "projects" },
      unordered: ["projects.conversationIds"],
    },
    moved: new Set(["messages.toolCalls"]),
  });
}

const failing = ({ findings }: Comparison) => findings.map((finding) => finding.split(": ")[1]);

test("documents that nobody wrote and that are the same", async () => {
  const documents = { messages: [message(1), message(2), message(3)], projects: [project] };
  expect(await compare(documents, documents)).toEqual({ looked: 4, differing: 0, findings: [] });
});

test("what users wrote, made and deleted is where they say", async () => {
  const compared = await compare(
    { messages: [message(1), message(2), message(4)] },
    { messages: [message(1, { content: "edited" }), message(3, { content: "new" }), message(4)] },
    (log) => {
      log.write("messages", idOf("messages", 1), { content: "edited" });
      log.remove("messages", idOf("messages", 2));
      log.create("messages", idOf("messages", 3), { content: "new" });
    },
  );
  expect(compared).toEqual({ looked: 4, differing: 0, findings: [] });
});

test.each<[string, Documents, Documents, (log: TrafficLog) => void, string]>([
  [
    "a field that nobody wrote",
    { messages: [message(1)] },
    { messages: [message(1, { content: "x" })] },
    () => {},
    "content differs",
  ],
  [
    "a number that became an Int64",
    { messages: [message(1, { size: 1 })] },
    { messages: [message(1, { size: 1n })] },
    () => {},
    "size differs",
  ],
  [
    "a field that has gone",
    { messages: [message(1, { model: "m" })] },
    { messages: [message(1)] },
    () => {},
    "model differs",
  ],
  ["a document that has gone", { messages: [message(1)] }, { messages: [] }, () => {}, "is gone"],
  ["a document that nobody made", { messages: [] }, { messages: [message(1)] }, () => {}, "was written by nobody"],
  [
    "an edit that was lost",
    { messages: [message(1)] },
    { messages: [message(1)] },
    (log) => log.write("messages", idOf("messages", 1), { content: "edited" }),
    "content differs",
  ],
  [
    "a field beside an edited one",
    { messages: [message(1, { model: "m" })] },
    { messages: [message(1, { content: "edited", model: "other" })] },
    (log) => log.write("messages", idOf("messages", 1), { content: "edited" }),
    "model differs",
  ],
  [
    "a document that came back",
    { messages: [message(1)] },
    { messages: [message(1)] },
    (log) => log.remove("messages", idOf("messages", 1)),
    "is there, though it was deleted",
  ],
  [
    "a new document that was lost",
    { messages: [] },
    { messages: [] },
    (log) => log.create("messages", idOf("messages", 9), { content: "new" }),
    "is gone",
  ],
])("finds %s", async (_, before, after, tell, fault) => {
  const compared = await compare(before, after, tell);
  expect(compared.differing).toBe(1);
  expect(failing(compared)).toEqual([fault]);
});

test("a reference may go where its document has gone, and nowhere else; counts are another check's", async () => {
  const before = { conversations: [conversation({ projectId: project._id, messageCount: 2 })], projects: [project] };
  const repaired = { conversations: [conversation({ messageCount: 3 })] };
  const without = await compare(before, { ...repaired, projects: [] }, (log) => log.remove("projects", project._id));
  expect(without.differing).toBe(0);
  const withProject = await compare(before, { ...repaired, projects: [project] });
  expect(failing(withProject)).toEqual(["projectId differs"]);
});

test("of an array whose order is its rows' own, the elements count where somebody wrote it, and all of it where nobody did", async () => {
  const [before, after] = [
    ["a", "b"],
    ["b", "a"],
  ].map((conversationIds) => ({
    projects: [{ ...project, conversationIds }],
  }));
  const write = (ids: string[]) => (log: TrafficLog) => log.write("projects", project._id, { conversationIds: ids });
  expect(failing(await compare(before ?? {}, after ?? {}))).toEqual(["conversationIds differs"]);
  expect(failing(await compare(before ?? {}, after ?? {}, write(["a", "b"])))).toEqual([]);
  expect(failing(await compare(before ?? {}, after ?? {}, write(["a"])))).toEqual(["conversationIds differs"]);
});

test("a rebuilt field is compared by what it means", async () => {
  const calls = (text: string) => ({ toolCalls: [{ id: "a", arguments: text }] });
  const same = await compare(
    { messages: [message(1, calls('{"q": 1}')), message(2, { toolCalls: [] })] },
    { messages: [message(1, calls('{"q":1}')), message(2)] },
  );
  expect(same.differing).toBe(0);
  const other = await compare(
    { messages: [message(1, calls('{"q":1}'))] },
    { messages: [message(1, calls('{"q":2}'))] },
  );
  expect(failing(other)).toEqual(["toolCalls differs"]);
});
