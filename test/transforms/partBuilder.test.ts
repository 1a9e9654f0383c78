import { describe, expect, it } from "vitest";
import { maxPartSize, startPart } from "../../transforms/partBuilder.js";
import { tally } from "./messageWorld.js";
import { doc } from "./world.js";

const document = doc("bookmarks:b", { tags: ["x", "y"], note: "n" });
const start = () => startPart(document, ["tags", "others"]);
const row = (n: number) => ({ table: "links", value: { n }, refs: [], element: "tag", path: `/tags/${n}` });
const mention = (slug: string) => ({ table: "tags", key: ["user", null, slug], value: { slug } });

describe("startPart", () => {
  it("counts each element's fate with its entry", () => {
    const part = start();
    part.found("tag", 5);
    part.row({ ...row(0), value: { n: 0, label: undefined } });
    part.rejected("tag", { code: "bad", path: "/tags/1", value: 1 });
    part.merged("tag", { code: "double", path: "/tags/2" });
    part.mergedByCount("tag");
    part.kept("tag", { code: "whole", path: "/tags/4", value: null, detail: "why" });
    part.found("name");
    part.undecided("name", mention("x"));
    part.keptPart({ code: "unknown_field", path: "/tags/4/a", value: 1 });
    part.noted({ code: "note", path: "/tags/0" });
    part.repaired({ code: "repair", path: "/note", value: "n", patch: { expect: {}, unset: ["note"] } });
    expect(part.finish()).toEqual({
      rows: [row(0)],
      mentions: [mention("x")],
      entries: [
        { code: "bad", kind: "rejected", path: "/tags/1", value: 1, element: "tag" },
        { code: "double", kind: "merged", path: "/tags/2", element: "tag" },
        { code: "whole", kind: "kept", path: "/tags/4", value: null, detail: "why", element: "tag" },
        { code: "unknown_field", kind: "kept", path: "/tags/4/a", value: 1 },
        { code: "note", kind: "noted", path: "/tags/0" },
        { code: "repair", kind: "repaired", path: "/note", value: "n", patch: { expect: {}, unset: ["note"] } },
      ],
      tally: {
        tag: tally({ source: 5, rows: 1, rejected: 1, merged: 2, kept: 1 }),
        name: tally({ source: 1, undecided: 1 }),
      },
    });
  });

  it("counts an entity once towards the limit, however often it is named", () => {
    const part = start();
    for (let n = 0; n < maxPartSize - 1; n++) {
      part.found("tag");
      part.row({ ...row(n), refs: [{ column: "tagId", table: "tags", key: ["user", null, "x"] }] });
      part.mention(mention("x"));
    }
    expect(part.finish().rows).toHaveLength(maxPartSize - 1);
    part.mention(mention("y"));
    expect(part.finish().rows).toEqual([]);
  });

  it("keeps the fields of a part that is too large whole, with all its elements", () => {
    const part = start();
    part.found("tag", maxPartSize + 2);
    for (let n = 0; n <= maxPartSize; n++) part.row(row(n));
    part.rejected("tag", { code: "bad", path: "/tags/501", value: 1 });
    const { beyondBound, ...result } = part.finish();
    expect(result).toEqual({
      rows: [],
      mentions: [],
      entries: [{ code: "part_too_large", kind: "kept", path: "/tags", value: ["x", "y"] }],
      tally: { tag: tally({ source: maxPartSize + 2, kept: maxPartSize + 2 }) },
    });
    expect(beyondBound?.rows).toHaveLength(maxPartSize + 1);
  });
});
