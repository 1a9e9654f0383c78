/** Lines that are refused; in a ZIP and in a folder they take different ways to the reader. */
import { mkdir, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ErrorCode, ErrorPlace } from "../../pipeline/errors.js";
import { exportFiles, type Files, idOf, paths, secret, user, writeFolder, zipOf } from "./exportFiles.js";
import { expectRefusal, testFolder } from "./refusal.js";

const { users, usersSchema } = paths;
const first = `${user(idOf(1))}\n`;
const last = user(idOf(9));
const bytes = (...numbers: number[]): string => Buffer.from(numbers).toString("latin1");

/** Lines of `users` behind a sound one; characters are bytes. */
const behind = (line: string, schema: string | null = '"uniform"\n'): Files => {
  const files = { ...exportFiles({ [users]: Buffer.concat([Buffer.from(first), Buffer.from(line, "latin1")]) }) };
  if (schema === null) delete (files as Record<string, unknown>)[usersSchema];
  return schema === null ? files : { ...files, [usersSchema]: schema };
};
const with2 = (members: string): Files => behind(`${user(idOf(2), members)}\n`);
const id2 = { documentId: idOf(2) };
const shape = (type: string): string =>
  `${JSON.stringify(`{"_id": id<10001>, "_creationTime": float64, "name": string, "n"?: ${type}}`)}\n`;

const cases: readonly [ErrorCode, string, Files, ErrorPlace?][] = [
  ["NOT_UTF8", "a byte that begins nothing", with2(`"bio":"${bytes(0xff)}"`)],
  ["NOT_UTF8", "Latin-1", with2(`"bio":"M${bytes(0xfc)}ller"`)],
  ["NOT_UTF8", "a surrogate in UTF-8", with2(`"bio":"${bytes(0xed, 0xa0, 0x80)}"`)],
  ["NOT_UTF8", "an overlong NUL", with2(`"bio":"${bytes(0xc0, 0x80)}"`)],
  ["NOT_UTF8", "UTF-16", behind(`${Buffer.from(last.replace("S", "\u00df"), "utf16le").toString("latin1")}\n`)],
  ["BYTE_ORDER_MARK", "before the first line", exportFiles({ [users]: `\ufeff${first}` }), { line: 1 }],
  ["LINE_NOT_JSON", "the same mark before another line", behind(`${bytes(0xef, 0xbb, 0xbf)}${last}\n`)],
  ["LINE_BLANK", "between lines", behind(`\n${last}\n`)],
  ["LINE_BLANK", "at the end", behind("\n")],
  ["LINE_BLANK", "spaces", behind(`  \t\n${last}\n`)],
  ["LINE_BLANK", "a lone \\r", behind(`\r\n${last}\n`)],
  ["LINE_NOT_JSON", "a comma before }", behind(`${last.slice(0, -1)},}\n`)],
  ["LINE_NOT_JSON", "a comma before ]", with2('"a":[1,]')],
  ["LINE_NOT_JSON", "a missing comma", behind(`${last.replace(',"name"', '"name"')}\n`)],
  ["LINE_NOT_JSON", "NaN", with2('"n":NaN')],
  ["LINE_NOT_JSON", "Infinity", with2('"n":-Infinity')],
  ["LINE_NOT_JSON", "single quotes", with2(`'a':'${secret}'`)],
  ["LINE_NOT_JSON", "a key without quotes", with2('a:"b"')],
  ["LINE_NOT_JSON", "a comment", behind(`${last} // ${secret}\n`)],
  ["LINE_NOT_JSON", "a leading zero", with2('"n":01.0')],
  ["LINE_NOT_JSON", "a plus sign", with2('"n":+1.0')],
  ["LINE_NOT_JSON", "a bare dot", with2('"n":1.')],
  ["LINE_NOT_JSON", "a tab in a string", with2('"bio":"a\tb"')],
  ["LINE_NOT_JSON", "an unknown escape", with2('"bio":"\\x41"')],
  ["LINE_NOT_JSON", "a NUL between members", with2('"a":1.0,\0"b":2.0')],
  ["LINE_NOT_JSON", "two documents in one line", behind(`${last}${user(idOf(10))}\n`)],
  ["LINE_NOT_JSON", "one document in two lines", behind(`${last.replace(',"name"', ',\n"name"')}\n`)],
  ["LINE_NOT_JSON", "a text", behind(`${secret}\n`)],
  ["LINE_NOT_OBJECT", "an array", behind(`[${last}]\n`)],
  ["LINE_NOT_OBJECT", "a string", behind(`"${secret}"\n`)],
  ["LINE_NOT_OBJECT", "a number", behind("1\n")],
  ["LINE_NOT_OBJECT", "null", behind("null\n")],
  ["LINE_NOT_OBJECT", "bytes", behind('{"$bytes":"AAAA"}\n')],
  ["LINE_TRUNCATED", "within a string", behind(last.slice(0, -8))],
  ["LINE_TRUNCATED", "before the last brace", behind(last.slice(0, -1))],
  ["LINE_TRUNCATED", "within a number", behind('{"_creationTime":17.')],
  ["LINE_TRUNCATED", "within an exponent", behind('{"_creationTime":-1.5e-')],
  ["LINE_TRUNCATED", "behind a minus", behind('{"_creationTime":-')],
  ["LINE_TRUNCATED", "within a word", behind('{"a":tr')],
  ["LINE_TRUNCATED", "within an escape", behind('{"a":"\\u00')],
  ["LINE_TRUNCATED", "after the first brace", behind("{")],
  ["LINE_TRUNCATED", "within a character", behind(`${last.slice(0, -2)}${bytes(0xe2, 0x82)}`)],
  ["JSON_TOO_DEEP", "130 arrays", with2(`"a":${"[".repeat(130)}${"]".repeat(130)}`)],
  ["JSON_TOO_DEEP", "10,000 objects", with2(`"a":${'{"a":'.repeat(10_000)}1.0${"}".repeat(10_000)}`)],
  ["ID_MISSING", "no _id", behind(`${user(null)}\n`)],
  ["ID_MISSING", "null", behind(`${user(null, '"_id":null')}\n`)],
  ["ID_MISSING", "a number", behind(`${user(null, '"_id":5')}\n`)],
  ["ID_DUPLICATE", "in the next line", behind(first), { documentId: idOf(1) }],
  [
    "ID_DUPLICATE",
    "further down",
    behind(`${last}\n${user(idOf(5))}\n${user(idOf(9))}\n`),
    { line: 4, documentId: idOf(9) },
  ],
  ["ID_OF_OTHER_TABLE", "a listed one", behind(`${user(idOf(2, 10003))}\n`), { documentId: idOf(2, 10003) }],
  ["ID_OF_OTHER_TABLE", "one that is not listed", behind(`${user(idOf(2, 127))}\n`), { documentId: idOf(2, 127) }],
  ["ID_NOT_CANONICAL", "upper case", behind(`${user(idOf(2).toUpperCase())}\n`)],
  [
    "ID_NOT_CANONICAL",
    "a wrong checksum",
    behind(`${user(idOf(2).replace(/.$/, (end) => (end === "0" ? "1" : "0")))}\n`),
  ],
  ["ID_NOT_CANONICAL", "too short", behind(`${user(idOf(2).slice(1))}\n`)],
  ["ID_NOT_CANONICAL", "a letter of no id", behind(`${user(`u${idOf(2).slice(1)}`)}\n`)],
  ["ID_NOT_CANONICAL", "a space behind it", behind(`${user(`${idOf(2)} `)}\n`)],
  ["ID_NOT_CANONICAL", "empty", behind(`${user("")}\n`)],
  ["ID_NOT_CANONICAL", "a text", behind(`${user(secret)}\n`)],
  ["CREATION_TIME_INVALID", "0", behind(`${user(idOf(2), "", "0.0")}\n`), id2],
  ["CREATION_TIME_INVALID", "negative", behind(`${user(idOf(2), "", "-5.5")}\n`), id2],
  ["CREATION_TIME_INVALID", "2^53", behind(`${user(idOf(2), "", "9007199254740992.0")}\n`), id2],
  ["CREATION_TIME_INVALID", "NaN", behind(`${user(idOf(2), "", '{"$float":"AAAAAAAA+H8="}')}\n`), id2],
  ["NUMBERS_REWRITTEN", "a creation time that is an Int64", behind(`${user(idOf(2), "", "1770000000000")}\n`), id2],
  ["CREATION_TIME_INVALID", "a string", behind(`${user(idOf(2), "", `"${secret}"`)}\n`), id2],
  ["CREATION_TIME_INVALID", "absent", behind(`{"_id":"${idOf(2)}","name":"${secret}"}\n`), id2],
  ["VALUE_UNKNOWN_TAG", "of another name", with2('"a":{"$date":"x"}')],
  ["VALUE_TAG_MALFORMED", "with a second key", with2('"a":{"$float":"AAAAAAAA+H8=","b":1}')],
  ["VALUE_TAG_MALFORMED", "a finite $float", with2('"a":[{"$float":"AAAAAAAA8D8="}]')],
  ["VALUE_TAG_MALFORMED", "$float of 4 bytes", with2('"a":{"$float":"AAAAAA=="}')],
  ["VALUE_TAG_MALFORMED", "$integer as a number", with2('"a":{"$integer":5}')],
  ["VALUE_TAG_MALFORMED", "$bytes without padding", with2('"a":{"$bytes":"AAE"}')],
  ["VALUE_TAG_MALFORMED", "$bytes that are no base64", with2(`"a":{"$bytes":"${secret}!"}`)],
  ["VALUE_UNKNOWN_TAG", "spelled with an escape", with2('"a":{"\\u0024x":1}')],
  ["VALUE_UNKNOWN_TAG", "in a table that has none", behind(`${user(idOf(2), '"a":{"$bytes":"AAAA"}')}\n`, null)],
  ["VALUE_NOT_OF_SHAPE", "no decimal string", behind(`${user(idOf(2), `"n":"${secret}"`)}\n`, shape("int64"))],
  ["NUMBER_OUT_OF_RANGE", "1e999", with2('"n":1e999')],
  ["NUMBER_OUT_OF_RANGE", "-1E+309", with2('"n":[-1E+309]')],
  ["NUMBER_OUT_OF_RANGE", "400 digits", with2(`"a":{"n":${"9".repeat(400)}}`)],
  ["NUMBER_OUT_OF_RANGE", "in a field with a column", with2('"createdAt":1.8e308')],
  [
    "VALUE_NOT_OF_SHAPE",
    "a decimal string beyond Int64",
    behind(`${user(idOf(2), '"n":"9223372036854775808"')}\n`, shape("int64")),
  ],
  ["UNPAIRED_SURROGATE", "the first half", with2('"bio":"\\ud83d"')],
  ["UNPAIRED_SURROGATE", "the second half, in a key", with2('"a":{"\\ude00":1.0}')],
];

describe.each(["folder", "zip"])("in a %s", (kind) => {
  test.each(cases)("%s: %s", async (code, _what, files, place = {}) => {
    await expectRefusal(kind === "zip" ? await zipOf(files) : files, code, {
      entry: users,
      table: "users",
      line: 2,
      ...place,
    });
  });
});

test("LINE_TOO_LONG: more than 64 MiB", async () => {
  const folder = join(await testFolder(), "export");
  await writeFolder(folder, exportFiles());
  await rm(join(folder, users));
  await mkdir(dirname(join(folder, users)), { recursive: true });
  // The bytes behind the start are a hole in the file, which takes no room.
  const file = await open(join(folder, users), "w");
  await file.write(`${first}{"bio":"${secret}`);
  await file.truncate(65 * 2 ** 20);
  await file.close();
  await expectRefusal(folder, "LINE_TOO_LONG", { entry: users, table: "users", line: 2 });
});

test("fifty and more", () => {
  expect(cases.length).toBeGreaterThanOrEqual(50);
});
