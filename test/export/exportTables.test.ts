/** Names and keys of an export as they follow from the model. */
import { expect, test } from "vitest";
import { exportTables } from "../../pipeline/export/exportTables.js";
import { namings, spelled } from "../../pipeline/export/naming.js";
import { loadModel } from "../../pipeline/model/loadModel.js";

test.each([
  ["sourceMetadataId", "source_metadata_id"],
  ["_creationTime", "_creation_time"],
  ["_id", "_id"],
  ["ttsVoice", "tts_voice"],
  ["isHTMLPage2Seen", "is_html_page2_seen"],
  ["by_user_slug", "by_user_slug"],
])("%s is %s", (name, snake) => {
  expect(spelled(name, "snake")).toBe(snake);
  expect(spelled(name, "camel")).toBe(name);
});

test.each(namings)("%s names are distinct, and none is longer than PostgreSQL's 63 bytes", (naming) => {
  const tables = exportTables(loadModel(), { naming, with: ["memories"], only: null, closed: true });
  const relations = tables.flatMap((table) => [table.name, ...table.indexes.map(({ name }) => name)]);
  expect(new Set(relations.map((name) => name.toLowerCase())).size).toBe(relations.length);
  for (const { name, columns } of tables) {
    expect(new Set(columns.map((column) => column.name)).size, name).toBe(columns.length);
    for (const column of columns) expect(`${name}_${column.name}_check`.length).toBeLessThan(64);
  }
  for (const name of relations) expect(name.length).toBeLessThan(64);
});

test("every table stands behind those it refers to, and every reference of a new table is a key but those to files", () => {
  const model = loadModel();
  const tables = exportTables(model, { naming: "camel", with: ["memories"], only: null, closed: true });
  const names = tables.map(({ name }) => name);
  for (const table of tables.filter(({ isProved }) => isProved)) {
    const keys = table.columns.filter(({ references }) => references !== null);
    for (const { references } of keys)
      expect(names.indexOf(references ?? "")).toBeLessThanOrEqual(names.indexOf(table.name));
    const declared = model
      .table(table.source)
      .columns.filter(({ references = "_storage" }) => references !== "_storage");
    expect(
      keys.map(({ field }) => field),
      table.name,
    ).toEqual(declared.map(({ name }) => name));
  }
});
