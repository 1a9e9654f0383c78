/** What dual-write adds to a user's write, in documents, bytes and index intervals: the figures of convex/README.md. */
import type { TransactionMetrics } from "convex/server";
import { expect, test } from "vitest";
import type { Doc } from "../../../convex/documents.js";
import type { Step } from "../../../convex/phases.js";
import { all, put } from "../deployment.js";
import { aCall, aMessage } from "../documents.js";
import { isEmbedded } from "../engine.js";
import { world } from "./world.js";
import { type Wrapped, wrapped } from "./wrapped.js";

interface Ids {
  readonly messageId: Doc<"messages">["_id"];
  readonly bookmarkId: Doc<"bookmarks">["_id"];
  readonly conversation: Doc<"conversations">["_id"];
  readonly user: Doc<"users">["_id"];
}

const source = (id: number) => ({ id: String(id), title: "A", url: `https://a.example/${id}` });
const ten = Array.from({ length: 10 }, (_, at) => at + 1);

/** Writes as applications do them. */
const writes: Readonly<Record<string, (db: Wrapped, ids: Ids) => Promise<unknown>>> = {
  "stream text": (db, { messageId }) => db.patch(messageId, { partialContent: "so far" }),
  "stream text, with updatedAt": (db, { messageId }) => db.patch(messageId, { partialContent: "so far", updatedAt: 9 }),
  "stream a 2nd tool call": (db, { messageId }) => db.patch(messageId, { partialToolCalls: [aCall("a"), aCall("b")] }),
  complete: (db, { messageId }) => db.patch(messageId, { status: "complete", inputTokens: 1, outputTokens: 2 }),
  "cite 10 sources": (db, { messageId }) => db.patch(messageId, { sources: ten.map(source) }),
  "send a message": (db, { conversation }) => db.insert("messages", aMessage(conversation, { status: "pending" })),
  "delete a message": (db, { messageId }) => db.delete(messageId),
  "tag a bookmark": (db, { bookmarkId }) => db.patch(bookmarkId, { tags: ["a", "b", "c"] }),
  "rename a conversation": (db, { conversation }) => db.patch(conversation, { title: "U" }),
};

/** What a write takes of its transaction, the reading of switches aside. */
async function costOf(step: Step, name: string) {
  const { deployment, user, conversation } = await world(step);
  const message = aMessage(conversation, { status: "generating", model: "m", partialToolCalls: [aCall("a")] });
  const messageId = await wrapped(deployment, (db) => db.insert("messages", message));
  const bookmarkId = await put(deployment, "bookmarks", {
    userId: user,
    messageId,
    conversationId: conversation,
    createdAt: 1,
  });
  const cost = await wrapped(deployment, async (db, { meta }) => {
    const before = await meta.getTransactionMetrics();
    await writes[name]?.(db, { messageId, bookmarkId, conversation, user });
    return difference(before, await meta.getTransactionMetrics());
  });
  expect(await all(deployment, "unnestJobs")).toEqual([]);
  return cost;
}

function difference(before: TransactionMetrics, after: TransactionMetrics): string {
  const of = (name: keyof TransactionMetrics) => after[name].used - before[name].used;
  return [
    `${of("documentsRead")} documents (${of("bytesRead")} B) read`,
    `${of("documentsWritten")} (${of("bytesWritten")} B) written`,
    `${of("databaseQueries")} intervals`,
  ].join(", ");
}

// convex-test leaves out the interval of each patch and delete; the embedded deployment's tests count as Convex does.
test.skipIf(isEmbedded)("what dual-write adds to writes, all phases on, as convex-test counts it", async () => {
  const costs: Record<string, readonly string[]> = {};
  for (const name of Object.keys(writes)) costs[name] = [await costOf("off", name), await costOf("dual-write", name)];
  expect(costs).toMatchInlineSnapshot(`
    {
      "cite 10 sources": [
        "1 documents (287 B) read, 1 (719 B) written, 0 intervals",
        "4 documents (1395 B) read, 32 (8937 B) written, 15 intervals",
      ],
      "complete": [
        "1 documents (287 B) read, 1 (328 B) written, 0 intervals",
        "7 documents (1955 B) read, 3 (967 B) written, 5 intervals",
      ],
      "delete a message": [
        "1 documents (287 B) read, 1 (0 B) written, 0 intervals",
        "4 documents (1238 B) read, 3 (183 B) written, 3 intervals",
      ],
      "rename a conversation": [
        "1 documents (244 B) read, 1 (244 B) written, 0 intervals",
        "1 documents (244 B) read, 1 (244 B) written, 0 intervals",
      ],
      "send a message": [
        "0 documents (0 B) read, 1 (197 B) written, 0 intervals",
        "0 documents (0 B) read, 2 (380 B) written, 0 intervals",
      ],
      "stream a 2nd tool call": [
        "1 documents (287 B) read, 1 (346 B) written, 0 intervals",
        "6 documents (1469 B) read, 2 (678 B) written, 5 intervals",
      ],
      "stream text": [
        "1 documents (287 B) read, 1 (310 B) written, 0 intervals",
        "1 documents (287 B) read, 1 (310 B) written, 0 intervals",
      ],
      "stream text, with updatedAt": [
        "1 documents (287 B) read, 1 (310 B) written, 0 intervals",
        "2 documents (574 B) read, 1 (310 B) written, 1 intervals",
      ],
      "tag a bookmark": [
        "1 documents (216 B) read, 1 (232 B) written, 0 intervals",
        "3 documents (593 B) read, 11 (2223 B) written, 7 intervals",
      ],
    }
  `);
});

test("streaming text costs nothing beyond the switches, which are one interval of seven documents", async () => {
  const { deployment } = await world();
  const used = await wrapped(deployment, async (_, { meta }) => await meta.getTransactionMetrics());
  expect(used).toMatchObject({
    documentsRead: { used: 7 },
    databaseQueries: { used: 1 },
    documentsWritten: { used: 0 },
  });
  expect(await costOf("dual-write", "stream text")).toBe(await costOf("off", "stream text"));
});
