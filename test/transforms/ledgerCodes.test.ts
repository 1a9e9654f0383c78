import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ledgerCodes } from "../../transforms/ledgerCodes.js";

function textsUnder(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

function codesIn(texts: readonly string[], pattern: RegExp): string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, code]) => code ?? "")))];
}

// Codes that only a run shows are held against the catalogue by the laws (laws.test.ts).
describe("every code of the ledger is described", () => {
  const inTransforms = codesIn(textsUnder("transforms", ".ts"), /\bcode: "([a-z_]+)"/g);
  const inSql = codesIn(textsUnder("sql", ".sql"), /'([a-z_]+)' AS code\b/g);

  test("the patterns find codes", () => {
    expect(inTransforms).toContain("owner_missing");
    expect(inSql).toContain("message_count_drift");
  });

  test.each([...inTransforms, ...inSql])("%s", (code) => {
    expect(Object.keys(ledgerCodes)).toContain(code);
  });
});

test("texts are sentences for people", () => {
  for (const [code, { meaning, remedy }] of Object.entries(ledgerCodes)) {
    expect([code, meaning]).toEqual([code, expect.stringMatching(/^[A-Z].*\.$/)]);
    expect([code, remedy]).toEqual([code, expect.stringMatching(/^[A-Z].*\.$/)]);
  }
});
