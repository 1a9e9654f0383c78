import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonLine, printable, printableWithin } from "../../pipeline/terminal/printable.js";

/** By number, so that this test does not lean on the same character classes as the code. */
function obeyed(text: string): boolean {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0).some(
    (code) =>
      code < 0x20 ||
      (code >= 0x7f && code <= 0x9f) ||
      [0x61c, 0x200e, 0x200f, 0x2028, 0x2029].includes(code) ||
      (code >= 0x202a && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069),
  );
}

it.each([
  ["a color", "\u001b[31mred", "\u{fffd}[31mred"],
  ["a window title", "\u001b]0;title\u0007", "\u{fffd}]0;title\u{fffd}"],
  ["an 8-bit control", "\u009b2J", "\u{fffd}2J"],
  ["a second line", "users\r\nerror: none", "users\u{fffd}\u{fffd}error: none"],
  ["a reversed name", "exe\u202egpj", "exe\u{fffd}gpj"],
  ["half a character", "\ud800", "\u{fffd}"],
])("takes out %s", (_what, text, expected) => {
  expect(printable(text)).toBe(expected);
});

it("leaves letters of every script and emoji alone", () => {
  const text = "Übergröße 東京 עברית 👩‍👩‍👧 naïve";
  expect(printable(text)).toBe(text);
});

it("never lets a control through, whatever the text", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      (text) => !obeyed(printable(text)) && !obeyed(jsonLine({ [text]: text })),
    ),
  );
});

it("writes JSON that reads back as the same value", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => JSON.parse(jsonLine({ text })).text === text));
});

it("cuts by characters, not by halves of them", () => {
  expect(printableWithin("👍👍👍👍", 3)).toBe("👍👍…");
  expect(printableWithin("abc", 3)).toBe("abc");
});
