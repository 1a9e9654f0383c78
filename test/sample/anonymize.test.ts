/** A generated snapshot, anonymized: nothing personal survives, and a run finds in it what it finds in the original. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { textKinds } from "../../convex/schema/textKinds.js";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import { decodeId } from "../../pipeline/convexFormat/ids.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import type { Report } from "../../pipeline/report/report.js";
import { enumeratedWords } from "../../pipeline/sample/enumeratedWords.js";
import { type Documents, documentsIn, folderOfTests, textsIn, unnest } from "./sampled.js";

let original: Documents;
let anonymous: Documents;
let reports: readonly [Report, Report];

beforeAll(async () => {
  const folder = await folderOfTests();
  const [snapshot, sample] = [join(folder, "snapshot.zip"), join(folder, "sample.zip")];
  await generateSnapshot({ messages: 250, seed: 7, embeddings: false, meanBytes: 2500, path: snapshot });
  await unnest("sample", snapshot, "--users", "1000", "--anonymize", "--remint", "--out", sample, "--quiet");
  [original, anonymous] = [await documentsIn(snapshot), await documentsIn(sample)];
  const report = async (path: string, out: string): Promise<Report> => {
    await unnest("run", path, "--out", join(folder, out), "--quiet");
    return JSON.parse(await readFile(join(folder, out, "report.json"), "utf8")) as Report;
  };
  reports = [await report(snapshot, "original"), await report(sample, "anonymous")];
});

const words = enumeratedWords(loadModel());

/** Texts that are not what the model calls public, nor ids, nor words of an enumeration. */
function personal(documents: Documents): Set<string> {
  const texts = new Set<string>();
  for (const [table, rows] of documents)
    for (const row of rows)
      for (const { path, text } of textsIn(row))
        if (textKinds[table]?.[path] !== "public" && decodeId(text) === null && !words.has(text)) texts.add(text);
  return texts;
}

test("no text of the original is anywhere in the sample", () => {
  const whole = [...personal(anonymous)].join("\n");
  // A text of punctuation says nothing, and stays.
  const searched = [...personal(original)].filter((text) => text.length >= 6 && /[\p{L}\p{N}]/u.test(text));
  expect(searched.length).toBeGreaterThan(1_000);
  expect(searched.filter((text) => whole.includes(text))).toEqual([]);
});

test("no longer word of a personal text is in the sample", () => {
  const wordsOf = (texts: ReadonlySet<string>) =>
    new Set([...texts].flatMap((text) => text.match(/\p{L}{8,}/gu) ?? []).map((word) => word.toLowerCase()));
  const kept = wordsOf(personal(anonymous));
  expect([...wordsOf(personal(original))].filter((word) => kept.has(word))).toEqual([]);
});

test("a run finds the same in it: rows, elements, ledger codes, checks", () => {
  const [before, after] = reports;
  expect(after.accounting).toEqual(before.accounting);
  expect(after.ledger).toEqual(before.ledger);
  const found = ({ checks }: Report) => checks.map(({ name, status, violations }) => [name, status, violations]);
  expect(found(after)).toEqual(found(before));
});

test("numbers, times and the lengths of texts stay", () => {
  for (const [table, rows] of anonymous) {
    // Files are documents without a schema, and what was spoken of them is a cache that goes.
    if (["_storage", "ttsCache"].includes(table)) continue;
    const [lengths, had] = [rows, original.get(table) ?? []].map((some) =>
      some.map((row) => Buffer.byteLength(JSON.stringify(row))).sort((left, right) => left - right),
    );
    expect(lengths).toEqual(had);
  }
});
