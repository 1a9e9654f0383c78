import { defineWorld } from "../../fixtures/world.js";

/** Milliseconds at a second of a day, counted from noon of Monday 2026-01-05 (UTC). */
const at = (day: number, second = 0): number => Date.UTC(2026, 0, 5 + day, 12, 0, second);

const stamped = (time: number) => ({ createdAt: time, updatedAt: time });

/**
 * Two users who chat and a third who does not, small enough that every analytic can be answered on paper; `goldens/` holds the answers,
 * each with how it was found. Monday is day 0.
 *
 * | answer | conversation, owner | model | in + out | cost | day |
 * | --- | --- | --- | --- | --- | --- |
 * | a1 | c1, Ann | openai:gpt-4o | 100 + 50 | 0.01 | 0 |
 * | a1b | c1, Ann | groq:llama | 100 + 50 | 0.002 | 0 |
 * | a2 | c1, Ann | groq:llama | 200 + 100 (40 reasoning) | 0.004 | 1 |
 * | a3 | c1, Ann | openai:gpt-4o | 300 + 100 | 0.03 | 8 |
 * | a4 | c2, Ann | perplexity/sonar | 10 + 10 | 0.001 | 9 |
 * | ab | c4, Bob | openai:gpt-4o | 1000 + 500 | 0.15 | 2 |
 */
export const analyticsWorld = defineWorld("analytics", (world) => {
  const ann = world.add("users", "ann", {
    preferences: { theme: "light", sendOnEnter: true, reasoning: { autoExpand: true } },
  });
  const bob = world.add("users", "bob", {
    name: "Bob",
    clerkId: "user_2",
    email: "bob@mail.example",
    preferences: { theme: "dark", beta: 1 },
  });
  world.add("users", "cid", { name: "Cid", clerkId: "user_3", email: "cid@mail.example" });

  const [c1, c2, c4] = ["c1", "c2", "c4"].map((name) => world.id("conversations", name));
  const trip = world.add("projects", "trip", { name: "Trip", conversationIds: [c1 ?? ""] });
  world.add("projects", "idle", { name: "Idle" });
  world.add("conversations", "c1", { title: "Tower", projectId: trip, messageCount: 6 });
  world.add("conversations", "c2", { title: "Tower again", parentConversationId: c1, messageCount: 2 });
  world.add("conversations", "c3", { title: "Tower thrice", parentConversationId: c2 });
  world.add("conversations", "c4", { title: "Bread", userId: bob, messageCount: 4 });

  const [picture, manual, voice, unused] = ["picture", "manual", "voice", "unused"].map((name) =>
    world.add("_storage", name),
  );
  const file = (storageId = "", type: string, mimeType: string, size: number, name: string) => ({
    ...{ type, mimeType, size, name, storageId },
  });

  // c1: a question that two models answer, to be compared, and two more answers
  const q1 = world.add("messages", "q1", {
    ...{ role: "user", conversationId: c1, ...stamped(at(0)) },
    attachments: [
      file(picture, "image", "image/png", 1000, "tower.png"),
      file(manual, "file", "application/pdf", 5000, "manual.pdf"),
    ],
  });
  const a1 = world.add("messages", "a1", {
    ...{ conversationId: c1, model: "openai:gpt-4o", inputTokens: 100, outputTokens: 50, cost: 0.01 },
    ...{ parentMessageId: q1, comparisonGroupId: "g1", ...stamped(at(0, 1)) },
    ...{ generationStartedAt: at(0, 1), firstTokenAt: at(0, 2), generationCompletedAt: at(0, 5) },
    votes: { rating: "left_better", isWinner: true, votedAt: at(0, 60) },
    toolCalls: [
      { id: "call_1", name: "webSearch", arguments: '{"query":"tower"}', result: '{"hits":[]}', timestamp: at(0, 1) },
      { id: "call_2", name: "calculator", arguments: '{"expression":"6*7"}', result: "42", timestamp: at(0, 4) },
    ],
  });
  world.add("messages", "a1b", {
    ...{ conversationId: c1, model: "groq:llama", inputTokens: 100, outputTokens: 50, cost: 0.002 },
    ...{ parentMessageId: q1, comparisonGroupId: "g1", ...stamped(at(0, 2)) },
    ...{ generationStartedAt: at(0, 2), firstTokenAt: at(0, 2) + 500, generationCompletedAt: at(0, 4) },
    votes: { rating: "left_better", isWinner: false, votedAt: at(0, 60) },
  });
  world.add("messages", "q2", { role: "user", conversationId: c1, ...stamped(at(1)) });
  const a2 = world.add("messages", "a2", {
    ...{ conversationId: c1, model: "groq:llama", inputTokens: 200, outputTokens: 100, reasoningTokens: 40 },
    ...{ cost: 0.004, generationStartedAt: at(1, 1), generationCompletedAt: at(1, 11), ...stamped(at(1, 1)) },
    sources: [
      { id: "1", title: "Towers", url: "https://towers.example/list", snippet: "tall" },
      { id: "2", title: "Rye", url: "https://bread.example/rye" },
    ],
    sourceMetadata: [
      { sourceId: "1", domain: "towers.example", ogTitle: "All towers", fetchedAt: 7 },
      { sourceId: "2", domain: "bread.example", error: "HTTP 404" },
    ],
  });
  world.add(
    "messages",
    "a3",
    {
      ...{ conversationId: c1, userId: undefined, model: "openai:gpt-4o", inputTokens: 300, outputTokens: 100 },
      ...{ cost: 0.03, ...stamped(at(8, 1)) },
    },
    "without a user of its own it is its conversation's owner's",
  );

  // c2, branched off c1: the picture again, and a page cited before
  world.add("messages", "q4", {
    ...{ role: "user", conversationId: c2, ...stamped(at(9)) },
    attachments: [file(picture, "image", "image/png", 1000, "copy.png")],
  });
  world.add("messages", "a4", {
    ...{ conversationId: c2, model: "perplexity/sonar", inputTokens: 10, outputTokens: 10, cost: 0.001 },
    ...stamped(at(9, 1)),
    sources: [
      { id: "1", title: "Towers", url: "https://towers.example/list/" },
      { id: "2", title: "Old", url: "https://towers.example/old" },
    ],
    sourceMetadata: [{ sourceId: "2", domain: "towers.example", error: "timeout" }],
  });

  // c4: Bob's, with a failed and an unfinished message, and tools that fail
  world.add("messages", "qb", {
    ...{ role: "user", conversationId: c4, userId: bob, ...stamped(at(2)) },
    attachments: [file(voice, "audio", "audio/mpeg", 2000, "voice.mp3")],
  });
  const ab = world.add("messages", "ab", {
    ...{ conversationId: c4, userId: bob, model: "openai:gpt-4o", inputTokens: 1000, outputTokens: 500, cost: 0.15 },
    ...{ generationStartedAt: at(2, 1), firstTokenAt: at(2, 3), generationCompletedAt: at(2, 9), ...stamped(at(2, 1)) },
    toolCalls: [
      { id: "call_3", name: "webSearch", arguments: '{"query":"rye"}', timestamp: at(2, 1) },
      { id: "call_4", name: "webSearch", arguments: '{"query":"rye"}', result: "Error: gone", timestamp: at(2, 2) },
    ],
  });
  world.add("messages", "ae", {
    ...{ conversationId: c4, userId: bob, model: "openai:gpt-4o", status: "error", inputTokens: 5, cost: 9 },
    ...stamped(at(2, 20)),
  });
  world.add("messages", "ap", {
    ...{ conversationId: c4, userId: bob, model: "groq:llama", status: "generating", ...stamped(at(2, 30)) },
    partialToolCalls: [{ id: "call_5", name: "webSearch", arguments: "{}", timestamp: at(2, 30) }],
  });

  // What users keep, and how they tag it; the entities of day 28 and later are of February
  world.add("bookmarks", "b1", {
    ...{ messageId: a1, conversationId: c1, tags: ["Work/Trip", "important"], createdAt: at(0) },
  });
  world.add("bookmarks", "b2", {
    ...{ userId: bob, messageId: ab, conversationId: c4, tags: ["important"], createdAt: at(2) },
  });
  world.add("snippets", "s1", {
    ...{ sourceMessageId: a1, sourceConversationId: c1, tags: ["important"], createdAt: at(28) },
  });
  world.add("notes", "n1", { sourceMessageId: a2, tags: ["Important", "work/trip/food"], ...stamped(at(28)) });
  world.add("feedback", "f1", { userId: bob, tags: ["ui"], ...stamped(at(3)) });
  world.add("feedback", "f2", { tags: ["UI", "crash"], ...stamped(at(29)) });

  const record = { date: "2026-01-05", inputTokens: 0, outputTokens: 0 };
  world.add("usageRecords", "u1", { userId: ann, model: "openai:gpt-4o", messageCount: 2, cost: 0.04, ...record });
  world.add("usageRecords", "u2", { userId: ann, model: "groq:llama", messageCount: 2, cost: 0.006, ...record });
  world.add("usageRecords", "u3", { userId: bob, model: "openai:gpt-4o", messageCount: 1, cost: 0.2, ...record });
  world.add("files", "f1", { storageId: picture, size: 1000 });
  world.add("files", "f9", { storageId: unused, size: 700 });
});
