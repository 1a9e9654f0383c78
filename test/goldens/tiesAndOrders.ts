import { defineWorld } from "../../fixtures/world.js";

/** Ties, absent and odd times, and rules of order that the worlds of the phases leave out (spec 4, "Order and ties" and the shared rules). */
export const tiesAndOrders = defineWorld("tiesAndOrders", (world) => {
  const ann = world.add("users", "ann");
  const bob = world.add("users", "bob", { clerkId: "user_2", email: "bob@mail.example" });
  const c1 = world.add("conversations", "c1");
  const cite = (id: string, url: string) => ({ id, title: "Title", url });
  const call = { id: "call_1", name: "search", arguments: "{}", timestamp: 5 };

  // Owners
  world.add(
    "messages",
    "bobs",
    { userId: bob, toolCalls: [call] },
    "the owner is the message's, not the conversation's",
  );

  // Tool calls
  world.add(
    "messages",
    "noTimes",
    {
      toolCalls: [
        { ...call, timestamp: Number.NaN, result: "1" },
        { ...call, timestamp: -5, result: "2" },
        { ...call, timestamp: Number.NaN, result: "3" },
      ],
    },
    "duplicate_tool_call: NaN sorts before every number, the second stays",
  );
  world.add(
    "messages",
    "order",
    {
      status: "pending",
      toolCalls: [
        { ...call, id: "b" },
        { ...call, id: "a" },
      ],
      partialToolCalls: [
        { ...call, id: "d" },
        { ...call, id: "a" },
        { ...call, id: "c" },
        { ...call, id: "c", timestamp: 4 },
      ],
    },
    "positions b 0, a 1, d 2, c 3; a is superseded_partial, the earlier c duplicate_tool_call",
  );
  world.add("messages", "sameTwice", { toolCalls: [call, call] }, "merged without a value: it does not differ");

  // Sources
  world.add(
    "messages",
    "markers",
    {
      sources: [
        cite("0", "https://a.example/0"),
        cite("999999999", "https://a.example/max"),
        cite("1.0", "https://a.example/float"),
        cite(" 3", "https://a.example/space"),
      ],
    },
    "0, 1.0 and ' 3' are no markers: they follow 999999999",
  );
  world.add(
    "messages",
    "partialMarkers",
    {
      sources: [cite("1", "https://a.example/1")],
      partialSources: [
        cite("1", "https://a.example/p1"),
        cite("5", "https://a.example/p5"),
        cite("6", "https://a.example/p5"),
      ],
    },
    "the first partial goes to 6, 5 keeps its number; the third cites what the message cites by then: partial_source_superseded",
  );
  world.add(
    "messages",
    "urls",
    {
      sources: [
        cite("1", "https://B\u00dcCHER.example/a//"),
        cite("2", "https://xn--bcher-kva.example/a/"),
        cite("3", "http://127.1:80/%7ea/./b/../"),
        cite("4", "  https://a.example/p\u00e4th?q=\u00e4#\u00e4  "),
        cite("5", "mailto:ann@mail.example"),
        cite("6", "//a.example/relative"),
        cite("7", "https://user:pw@a.example/?"),
      ],
    },
    "one slash of the path is dropped; hosts are punycode; what has no scheme is itself",
  );
  world.add(
    "messages",
    "modelWins",
    {
      model: "perplexity/openrouter",
      providerMetadata: { openrouter: {} },
      sources: [cite("1", "https://p.example/")],
    },
    "provider perplexity",
  );
  world.add(
    "messages",
    "modelPrefix",
    { model: "openrouterx:a", providerMetadata: { perplexity: null }, sources: [cite("1", "https://p.example/")] },
    "provider perplexity: the model's first part is openrouterx",
  );
  world.add(
    "messages",
    "modelBare",
    { model: "perplexity", sources: [cite("1", "https://p.example/")] },
    "provider generic: nothing stands before a : or /",
  );

  // Metadata
  const about = { sourceId: "1", domain: "m.example" };
  const enriched = (name: string, path: string, entry: Record<string, string | number>, rule?: string) =>
    world.add(
      "messages",
      name,
      { sources: [cite("1", `https://m.example/${path}`)], sourceMetadata: [{ ...about, ...entry }] },
      rule,
    );
  enriched("timeless", "times", { ogTitle: "Z" }, "source_metadata_conflict: an absent time sorts first");
  enriched("nan", "times", { ogTitle: "Y", fetchedAt: Number.NaN }, "source_metadata_conflict: so does NaN");
  enriched("least", "times", { ogTitle: "A", fetchedAt: -1 }, "wins: a time, if only a small one");
  enriched(
    "absentTime",
    "untimed",
    { ogTitle: "A" },
    "wins: no time and NaN are equal, and its canonical encoding is greater",
  );
  enriched("nanTime", "untimed", { ogTitle: "Z", fetchedAt: Number.NaN }, "source_metadata_conflict");
  enriched("failedLater", "failed", { error: "b", fetchedAt: 2 }, "wins among failed ones by its time");
  enriched("failedFirst", "failed", { error: "c", fetchedAt: 1 }, "source_metadata_conflict");
  enriched(
    "astral",
    "points",
    { ogTitle: "\u{1f680}" },
    "wins: U+1F680 comes after U+FF5E by code point, though not by UTF-16 unit",
  );
  enriched("wide", "points", { ogTitle: "\uff5e" }, "source_metadata_conflict");
  world.add(
    "messages",
    "twoEntries",
    {
      sources: [cite("1", "https://m.example/two"), cite("2", "https://m.example/two/")],
      sourceMetadata: [
        { ...about, fetchedAt: 1 },
        { ...about, sourceId: "2", fetchedAt: 1 },
        { ...about, sourceId: "2", fetchedAt: 2 },
      ],
    },
    "the third wins, the first two are source_metadata_conflict",
  );
  world.add(
    "messages",
    "metadataOfPartial",
    {
      sources: [cite("1", "https://m.example/of1")],
      partialSources: [cite("1", "https://m.example/of2"), cite("2", "https://m.example/of3")],
      sourceMetadata: [
        { ...about, ogTitle: "1" },
        { ...about, sourceId: "2", ogTitle: "2" },
      ],
    },
    "sources before partialSources",
  );

  // Projects
  world.add("projects", "p1", {
    conversationIds: [
      world.id("conversations", "later"),
      world.id("conversations", "later"),
      world.id("conversations", "first"),
      c1,
    ],
  });
  world.add(
    "conversations",
    "first",
    { projectId: world.id("projects", "p1") },
    "position 2: the first index counts, repeats before it do too",
  );
  world.add("conversations", "later", { projectId: world.id("projects", "p1") }, "position 0");
  world.add(
    "conversations",
    "bobsOwn",
    { userId: bob, projectId: world.id("projects", "annsGone") },
    "the project is gone: project_missing",
  );

  // Counts
  world.add(
    "conversations",
    "nanCount",
    { messageCount: Number.NaN, tokenUsage: { messagesTokens: Number.POSITIVE_INFINITY } },
    "message_count_drift from NaN; token_usage_drift from infinity",
  );
  world.add("conversations", "minusZero", { messageCount: -0 }, "no drift: −0 equals 0");
  world.add(
    "conversations",
    "half",
    { messageCount: 0, tokenUsage: { messagesTokens: 0.5 } },
    "token_usage_drift: 0.5 against 0",
  );
  world.add(
    "conversations",
    "huge",
    { messageCount: 1e300, tokenUsage: { messagesTokens: 1e300 } },
    "message_count_drift, token_usage_drift",
  );
  world.add("conversations", "noNumber", { tokenUsage: { messagesTokens: "many" } }, "token_usage_drift: no number");

  // Tags
  const bookmark = (name: string, tags: readonly string[], createdAt: number, rule?: string) =>
    world.add(
      "bookmarks",
      name,
      { messageId: world.id("messages", "bobs"), conversationId: c1, tags: [...tags], createdAt },
      rule,
    );
  bookmark("early", ["B", "deep/Er"], -7, "createdAt of its tags");
  bookmark(
    "late",
    ["b", "Deep/er", "deep/ER"],
    9e12,
    "updatedAt of its tags; B and b tie, B comes first by code point",
  );
  bookmark(
    "ancestors",
    ["Deep /x", "Deep/y", "Deep/y "],
    1,
    "deep takes the most frequent spelling that leads to it: Deep, 4 against 2",
  );
  bookmark("own", ["deep2/a", "deep2/b", "DEEP2"], 1, "an own spelling comes before those that lead to descendants");
  bookmark("segments", [" A  b / C ", "a b/c"], 1, "displayName keeps inner white space; trimmed at its ends");
  bookmark("notANumber", ["nan"], Number.NaN, "createdAt NaN: decides nothing about when the tag was born");
  world.add(
    "feedbackTags",
    "nan",
    { name: "color", color: "#000001", createdAt: Number.NaN },
    "tag_color_conflict: NaN is the earliest",
  );
  world.add("feedbackTags", "low", { name: "Color", color: "#000002", createdAt: -1 }, "wins");
  world.add(
    "feedbackTags",
    "sameColor",
    { name: "color ", color: "#000002", createdAt: -2 },
    "no conflict: the same color",
  );
  world.add("feedbackTags", "noColor", { name: "COLOR", createdAt: 5 }, "has no color to lose");
  world.add(
    "feedback",
    "child",
    { userId: bob, tags: ["color/child"] },
    "an ancestor of feedback's tag may be a named one",
  );
  world.add("notes", "anns", { userId: ann, tags: ["color"] }, "Ann's color is not everybody's");
});
