import { expect, test } from "vitest";
import { memorySources } from "../../transforms/memorySources.js";
import { doc, mapIn } from "./world.js";

test("one row a message; repeated ones are merged, missing and wrong ones rejected", () => {
  const memory = doc("memories:m", {
    sourceMessageIds: ["messages:x", "messages:gone", "messages:x", 4, "messages:y"],
  });
  const world = { memories: [memory], messages: [doc("messages:x"), doc("messages:y")] };
  const { rows, entries, tally } = mapIn(world, memorySources, "memories:m");
  expect(rows.map(({ value }) => value)).toEqual([
    { memoryId: "memories:m", messageId: "messages:x", position: 0 },
    { memoryId: "memories:m", messageId: "messages:y", position: 4 },
  ]);
  const element = "memorySource";
  expect(entries).toEqual([
    { code: "memory_source_missing", kind: "rejected", path: "/sourceMessageIds/1", value: "messages:gone", element },
    { code: "invalid_memory_source", kind: "rejected", path: "/sourceMessageIds/3", value: 4, element },
  ]);
  expect(tally).toEqual({ memorySource: { source: 5, rows: 2, merged: 1, rejected: 2, kept: 0, undecided: 0 } });
});
