import { expect, test } from "vitest";
import { planRows } from "../../../convex/sync/applyRows.js";
import { startSync } from "../../../convex/sync/sync.js";
import { toolCalls } from "../../../transforms/toolCalls.js";
import { deploy } from "../deployment.js";

/** Two rows of one natural key, as nothing but a write past the migration leaves them; what a sync would delete of them. */
async function deleted(...rows: readonly { readonly _id: string; readonly _creationTime: number }[]) {
  const row = { messageId: "m", toolCallId: "a", position: 0 };
  const stored = { toolCalls: rows.map((age) => ({ ...row, ...age })) };
  const value = { ...row };
  const changes = await deploy().run(
    async (ctx) => await planRows(await startSync(ctx), toolCalls, [{ table: "toolCalls", value, refs: [] }], stored),
  );
  return changes.map(({ before, after }) => (after === null ? before?._id : "kept"));
}

test("of rows with one natural key the oldest counts", async () => {
  expect(await deleted({ _id: "a", _creationTime: 2 }, { _id: "b", _creationTime: 1 })).toEqual(["a"]);
  expect(await deleted({ _id: "a", _creationTime: 1 }, { _id: "b", _creationTime: 2 })).toEqual(["b"]);
});

test("of rows of equal age the one with the least id counts, in whatever order they are read", async () => {
  const [one, other] = [
    { _id: "a", _creationTime: 1 },
    { _id: "b", _creationTime: 1 },
  ];
  expect(await deleted(one, other)).toEqual(["b"]);
  expect(await deleted(other, one)).toEqual(["b"]);
});
