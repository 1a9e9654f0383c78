import type { Value } from "convex/values";
import { describe, expect, it } from "vitest";
import { attachments } from "../../transforms/attachments.js";
import { mapMessage, messageWorld, owned, tally } from "./messageWorld.js";
import { doc, environment, mapIn, store } from "./world.js";

const photo = { type: "image", name: "a.png", storageId: "_storage:photo", mimeType: "image/png", size: 5 };
const map = (...elements: Value[]) => mapMessage(attachments, { attachments: elements });
const row = (position: number, columns = {}) => ({
  table: "attachments",
  value: { ...owned, position, ...photo, ...columns },
  refs: [],
  element: "attachment",
  path: `/attachments/${position}`,
});
const rejected = (code: string, value: Value, path = "/attachments/0", detail?: string) => ({
  code,
  kind: "rejected",
  path,
  value,
  element: "attachment",
  ...(detail === undefined ? {} : { detail }),
});

describe("attachments", () => {
  it("gives one row an element, at its index", () => {
    const metadata = { width: 2, height: 3, duration: 1.5, prompt: "p", model: "m", generationTime: 9 };
    expect(map(photo, { ...photo, type: "file", metadata })).toEqual({
      rows: [row(0), row(1, { type: "file", metadata })],
      mentions: [],
      entries: [],
      tally: { attachment: tally({ source: 2, rows: 2 }) },
    });
  });

  it("gives nothing for an absent or an empty field", () => {
    expect(mapMessage(attachments, {})).toEqual({ rows: [], mentions: [], entries: [], tally: {} });
    expect(map()).toEqual({ rows: [], mentions: [], entries: [], tally: {} });
  });

  it.each([null, "x", 5n, { ...photo }])("takes a field of the wrong type for one invalid element: %o", (value) => {
    expect(mapMessage(attachments, { attachments: value })).toMatchObject({
      rows: [],
      entries: [rejected("invalid_attachment", value, "/attachments")],
      tally: { attachment: tally({ source: 1, rejected: 1 }) },
    });
  });

  it.each([
    ["no object", "x", undefined],
    ["null", null, undefined],
    ["without a name", { type: "file", storageId: "_storage:photo", mimeType: "", size: 1 }, "field name"],
    ["of an unknown type", { ...photo, type: "video" }, "field type"],
    ["with an Int64 size", { ...photo, size: 5n }, "field size"],
    ["with a null mimeType", { ...photo, mimeType: null }, "field mimeType"],
  ])("rejects an element that is %s, and keeps the others' positions", (_, element, detail) => {
    const result = map(element, photo);
    expect(result.rows).toEqual([row(1)]);
    expect(result.entries).toEqual([rejected("invalid_attachment", element, "/attachments/0", detail)]);
    expect(result.tally).toEqual({ attachment: tally({ source: 2, rows: 1, rejected: 1 }) });
  });

  it.each(["", "users:ann", 7, null])("rejects a storageId that is no id of a file: %o", (storageId) => {
    const element = { ...photo, storageId, name: 3 };
    expect(map(element).entries).toEqual([rejected("invalid_storage_id", element)]);
  });

  it("notes a file that a listed storage does not have, and keeps the row", () => {
    const result = map({ ...photo, storageId: "_storage:gone" });
    expect(result.rows).toEqual([row(0, { storageId: "_storage:gone" })]);
    expect(result.entries).toEqual([
      { code: "storage_object_missing", kind: "noted", path: "/attachments/0/storageId" },
    ]);
  });

  it("says nothing about files where storage is not listed", () => {
    const [document] = messageWorld({ attachments: [{ ...photo, storageId: "_storage:gone" }] }).messages ?? [];
    const ann = doc("users:ann");
    const result = attachments.map({
      document: document ?? doc("messages:none"),
      lookup: { conversation: doc("conversations:c"), author: ann, conversationOwner: ann },
      lookupMany: { storage: new Map() },
      environment: { ...environment, storageListed: false },
    });
    expect(result.rows).toHaveLength(1);
    expect(result.entries).toEqual([]);
  });

  it("keeps fields without a column", () => {
    const result = map({ ...photo, "a/b": null, metadata: { width: 1, height: "3", depth: 2n } });
    expect(result.rows).toEqual([row(0, { metadata: { width: 1 } })]);
    expect(result.entries).toEqual([
      { code: "unknown_field", kind: "kept", path: "/attachments/0/a~1b", value: null },
      {
        code: "attachment_metadata_field",
        kind: "kept",
        path: "/attachments/0/metadata/height",
        value: "3",
        detail: "not of type number",
      },
      { code: "attachment_metadata_field", kind: "kept", path: "/attachments/0/metadata/depth", value: 2n },
    ]);
  });

  it.each([[null], ["x"], [[1]]])("keeps metadata that is no object whole: %o", (metadata) => {
    const result = map({ ...photo, metadata });
    expect(result.rows).toEqual([row(0)]);
    expect(result.entries).toEqual([
      { code: "attachment_metadata_field", kind: "kept", path: "/attachments/0/metadata", value: metadata },
    ]);
  });

  it("gives metadata with no known field as an empty object", () => {
    expect(map({ ...photo, metadata: {} }).rows).toEqual([row(0, { metadata: {} })]);
  });

  it("rejects a row beyond 1 MiB", () => {
    const element = { ...photo, name: "x".repeat(1_048_500) };
    expect(map(element).entries).toEqual([rejected("row_too_large", element)]);
  });

  it("keeps more than 500 attachments whole", () => {
    const elements = Array.from({ length: 501 }, () => photo);
    const { beyondBound, ...result } = map(...elements);
    expect(result).toEqual({
      rows: [],
      mentions: [],
      entries: [{ code: "part_too_large", kind: "kept", path: "/attachments", value: elements }],
      tally: { attachment: tally({ source: 501, kept: 501 }) },
    });
    expect(beyondBound?.rows.at(-1)).toEqual(row(500));
  });

  it("gives the field back from rows in any order, or from what was kept whole", () => {
    const world = messageWorld({ attachments: [photo, { ...photo, metadata: { width: 1 } }] });
    const [document] = world.messages ?? [];
    const stored = store(attachments, document ?? doc("messages:none"), mapIn(world, attachments, "messages:m"));
    const reversed = { ...stored, rows: { attachments: [...(stored.rows.attachments ?? [])].reverse() } };
    expect(attachments.rebuild(reversed)).toEqual({ attachments: [photo, { ...photo, metadata: { width: 1 } }] });
    expect(attachments.rebuild({ ...stored, rows: {} })).toEqual({});
    expect(attachments.rebuild({ ...stored, kept: { attachments: ["whole"] } })).toEqual({ attachments: ["whole"] });
  });
});
