import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReplacementKey } from "../../pipeline/sample/replaceLetters.js";
import { isUrl, replaceJsonText, replaceTag, replaceText, replaceUrl } from "../../pipeline/sample/replaceText.js";
import { tagSlug } from "../../transforms/tagSlug.js";
import { urlHash } from "../../transforms/urlHash.js";

const key: ReplacementKey = [0x1234567, 0x7654321];

/** What stays: lengths in both encodings, cases, digits, and everything that is no letter. */
function shape(text: string): string {
  return [...text]
    .map((one) => {
      if (/\d/.test(one)) return "9";
      if (/[a-z]/i.test(one)) return one === one.toLowerCase() ? "a" : "A";
      return one.codePointAt(0) === undefined || one.charCodeAt(0) < 128 ? one : "";
    })
    .join("");
}

const text = fc.string({ unit: "binary", maxLength: 40 });

describe("a text", () => {
  test("keeps its lengths and its shape", () => {
    fc.assert(
      fc.property(text, (one) => {
        const replaced = replaceText(one, key);
        expect([replaced.length, Buffer.byteLength(replaced), shape(replaced)]).toEqual([
          one.length,
          Buffer.byteLength(one),
          shape(one),
        ]);
      }),
    );
  });

  test("of ASCII is another one for every other one, and another one for every key", () => {
    const ascii = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(ascii, ascii, (left, right) => {
        expect(replaceText(left, key) === replaceText(right, key)).toBe(left === right);
      }),
    );
    expect(replaceText("Ann Lee", key)).not.toBe(replaceText("Ann Lee", [1, 2]));
  });

  test.each(["ann.lee@example.com", "# Title\n\n- **bold** `code`\n", "Straße 9, Zürich — 東京 🗼"])("%s", (one) => {
    const replaced = replaceText(one, key);
    expect(replaced.replace(/[\p{L}\p{N}\p{Extended_Pictographic}]/gu, "x")).toBe(
      one.replace(/[\p{L}\p{N}\p{Extended_Pictographic}]/gu, "x"),
    );
    expect(replaced).not.toBe(one);
  });
});

test.each([
  ["Important", " important "],
  ["Work/Project", "work//project/"],
  ["Grüße", "GRÜSSE".replace("SS", "ß")],
  ["Cafe\u0301", "café"],
  ["a  b", "A b"],
])("the tags %s and %s stay one tag", (left, right) => {
  expect(tagSlug(left)).toBe(tagSlug(right));
  expect(tagSlug(replaceTag(left, key))).toBe(tagSlug(replaceTag(right, key)));
  expect(tagSlug(replaceTag(left, key))).not.toBe(tagSlug(left));
});

describe("a url", () => {
  test.each([
    ["https://Example.com/a/b/", "HTTPS://example.com/a/b"],
    ["https://example.com", "https://example.com/"],
    ["http://example.com:80/x?q=1#f", "http://EXAMPLE.com/x?q=1#f"],
  ])("%s is the same page as %s, before and after", (left, right) => {
    expect(urlHash(left)).toEqual(urlHash(right));
    expect(urlHash(replaceUrl(left, key)).urlHash).toBe(urlHash(replaceUrl(right, key)).urlHash);
    expect(urlHash(replaceUrl(left, key)).urlHash).not.toBe(urlHash(left).urlHash);
  });

  test("stays a url of the same shape, its host as it is replaced alone", () => {
    const url = "https://news.example.com:8443/2026/%C3%A9t%C3%A9/a-b.html?user=ann&n=42#top";
    const replaced = replaceUrl(url, key);
    expect(isUrl(replaced)).toBe(true);
    expect(new URL(replaced).hostname).toBe(replaceText("news.example.com", key));
    expect(new URL(replaced).port).toBe("8443");
    expect(
      replaced
        .replace(/%[0-9A-F]{2}/g, "%")
        .replace(/[a-z]/g, "a")
        .replace(/\d/g, "9"),
    ).toBe(
      url
        .replace(/%[0-9A-F]{2}/g, "%")
        .replace(/[a-z]/g, "a")
        .replace(/\d/g, "9"),
    );
    expect(new URL(replaceUrl("http://192.168.1.10/x", key)).hostname).not.toBe("192.168.1.10");
  });
});

describe("JSON as text", () => {
  test("stays JSON of the same length and form, its keys and texts replaced", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const replaced = replaceJsonText(json, key);
        expect(replaced).toHaveLength(json.length);
        expect(shapeOf(JSON.parse(replaced))).toEqual(shapeOf(JSON.parse(json)));
      }),
    );
  });

  test("a text is replaced alike, escaped or not", () => {
    const [plain, escaped] = ['{"name":"Ann é"}', String.raw`{"name":"\u0041nn \u00e9"}`];
    expect(JSON.parse(replaceJsonText(escaped, key))).toEqual(JSON.parse(replaceJsonText(plain, key)));
    expect(replaceJsonText(escaped, key)).toHaveLength(escaped.length);
    expect(Object.keys(JSON.parse(replaceJsonText('{"__proto__":1}', key)) as object)).toEqual(["__proto__"]);
  });

  test("what is no JSON is a text", () => {
    expect(replaceJsonText("{not json", key)).toBe(replaceText("{not json", key));
    for (const text of ["01", "-007", "[00]"]) expect(() => JSON.parse(replaceJsonText(text, key))).toThrow();
  });
});

/** The same without texts and keys. */
function shapeOf(value: unknown): unknown {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).map(([name, item]) => [name.length, shapeOf(item)]);
}
