import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type ArchiveTable, openArchive } from "../../pipeline/convexFormat/archive.js";
import { diagnoseDocuments } from "../../pipeline/convexFormat/diagnoseDocuments.js";
import { parseTableEncoding } from "../../pipeline/convexFormat/encoding.js";
import { idOf } from "./values.js";

const place = { file: "export.zip", entry: "users/documents.jsonl", table: "users" };

/** A table whose documents.jsonl holds this. */
function tableOf(data: string | Buffer, schema: string | null = '"uniform"'): ArchiveTable {
  const bytes = Buffer.from(data);
  return {
    name: "users",
    component: "",
    rawName: "users",
    tableNumber: 10001,
    encoding: parseTableEncoding(schema, place),
    bytes: bytes.length,
    entry: place.entry,
    place,
    open: async () => Readable.from([bytes]),
  };
}

function document(fill: number, fields = '"text":"x"'): string {
  return `{"_creationTime":1.5,"_id":"${idOf(10001, fill)}",${fields}}\n`;
}

const long = 64 * 1024 * 1024;
const first = document(1);

describe("diagnoseDocuments", () => {
  test.each([
    ["nothing", ""],
    ["documents", first + document(2) + document(3)],
    ["carriage returns and no last line end", `${first.trimEnd()}\r\n${document(2).trimEnd()}`],
    ["documents that are not in order", document(3) + document(1) + document(2)],
    ["all values", document(1, '"a":[1,1.5,-0.0,1e21,{"$bytes":"AQID"},{"$float":"AAAAAAAA+H8="}]')],
  ])("accepts %s", async (_what, data) => {
    await expect(diagnoseDocuments(tableOf(data))).resolves.toBeUndefined();
  });

  test("accepts every table of a real export", async () => {
    const path = fileURLToPath(new URL("../../fixtures/samples/language-app-export.zip", import.meta.url));
    const archive = await openArchive(path);
    for (const table of archive.tables) await diagnoseDocuments(table);
    await archive.close();
  });

  test.each<[code: string, what: string, data: string | Buffer, line: number]>([
    ["BYTE_ORDER_MARK", "at the start", `\ufeff${first}`, 1],
    ["NOT_UTF8", "Latin-1", Buffer.from(first + document(2, '"text":"é"'), "latin1"), 2],
    ["NOT_UTF8", "UTF-16", Buffer.from(`\ufeff${first}`, "utf16le"), 1],
    ["LINE_BLANK", "between documents", `${first}\n${document(2)}`, 2],
    ["LINE_BLANK", "at the end", `${first}\r\n`, 2],
    ["LINE_BLANK", "of spaces", `${first}  \n`, 2],
    ["LINE_NOT_JSON", "a word", `${first}hello\n${document(2)}`, 2],
    ["LINE_NOT_JSON", "two documents", `${first.trimEnd()}${document(2)}`, 1],
    ["LINE_NOT_JSON", "half a document with a line end", `${first}${document(2).slice(0, 40)}\n`, 2],
    ["LINE_NOT_JSON", "a pretty-printed document", "{\n}\n", 1],
    ["LINE_NOT_OBJECT", "an array", `${first}[]\n`, 2],
    ["LINE_NOT_OBJECT", "a text", '"a"\n', 1],
    ["LINE_NOT_OBJECT", "null", "null\n", 1],
    ["LINE_NOT_OBJECT", "a value that is spelled as an object", '{"$bytes":"AQID"}\n', 1],
    ["LINE_TRUNCATED", "within a document", first + document(2).slice(0, 40), 2],
    ["LINE_TRUNCATED", "within a text", first + document(2).slice(0, -4), 2],
    ["LINE_TRUNCATED", "within a character", Buffer.from(first + document(2, '"text":"é"')).subarray(0, -4), 2],
    ["LINE_TOO_LONG", "without an end", Buffer.concat([Buffer.from(first), Buffer.alloc(long + 1, "x")]), 2],
    ["JSON_TOO_DEEP", "nested without end", document(1, `"a":${"[".repeat(500)}${"]".repeat(500)}`), 1],
    ["VALUE_UNKNOWN_TAG", "a $ object", document(1, '"a":{"$date":"x"}'), 1],
    ["NUMBER_OUT_OF_RANGE", "too great", document(1, '"a":1e999'), 1],
    ["UNPAIRED_SURROGATE", "half a character", document(1, '"a":"\\ud83d"'), 1],
    ["ID_MISSING", "no _id", `${first}{"_creationTime":1.5}\n`, 2],
    ["ID_MISSING", "a number", `${first}{"_creationTime":1.5,"_id":7}\n`, 2],
    ["ID_NOT_CANONICAL", "upper case", `${first}{"_creationTime":1.5,"_id":"${idOf(10001, 2).toUpperCase()}"}\n`, 2],
    ["ID_NOT_CANONICAL", "a made-up id", '{"_creationTime":1.5,"_id":"user1"}\n', 1],
    ["ID_OF_OTHER_TABLE", "another number", `${first}{"_creationTime":1.5,"_id":"${idOf(10002, 2)}"}\n`, 2],
    ["ID_DUPLICATE", "the line before", first + document(2) + document(2), 3],
    ["ID_DUPLICATE", "an earlier line", document(2) + first + document(2), 3],
    ["ID_DUPLICATE", "before a worse line", `${document(2)}${first}${document(2)}hello\n`, 3],
    ["LINE_NOT_JSON", "before a duplicate", `${document(2)}${first}hello\n${document(2)}`, 3],
    ["CREATION_TIME_INVALID", "none", `${first}{"_id":"${idOf(10001, 2)}"}\n`, 2],
    ["NUMBERS_REWRITTEN", "an Int64 for a time", `{"_creationTime":1,"_id":"${idOf(10001, 2)}"}\n`, 1],
    ["CREATION_TIME_INVALID", "zero", `{"_creationTime":0.0,"_id":"${idOf(10001, 2)}"}\n`, 1],
    ["CREATION_TIME_INVALID", "2^53", `{"_creationTime":9007199254740992.0,"_id":"${idOf(10001, 2)}"}\n`, 1],
    ["CREATION_TIME_INVALID", "NaN", `{"_creationTime":{"$float":"AAAAAAAA+H8="},"_id":"${idOf(10001, 2)}"}\n`, 1],
    ["CREATION_TIME_INVALID", "a text", `{"_creationTime":"1.5","_id":"${idOf(10001, 2)}"}\n`, 1],
  ])("%s: %s", async (code, _what, data, line) => {
    await expect(diagnoseDocuments(tableOf(data))).rejects.toMatchObject({ code, exit: 3, place: { ...place, line } });
  });

  test("reads a table as its encoding says", async () => {
    const data = `{"_creationTime":1,"_id":"${idOf(10001, 1)}","n":"7"}\n`;
    await expect(diagnoseDocuments(tableOf(data, null))).resolves.toBeUndefined();
    await expect(
      diagnoseDocuments(tableOf(data.replace('"7"', '"seven"'), '"{\\"n\\": int64}"')),
    ).rejects.toMatchObject({
      code: "VALUE_NOT_OF_SHAPE",
      place: { ...place, line: 1 },
    });
    await expect(diagnoseDocuments(tableOf(document(1, '"a":{"$bytes":""}'), null))).rejects.toMatchObject({
      code: "VALUE_UNKNOWN_TAG",
    });
  });

  test("names the document where its id is known, and no value", async () => {
    const id = idOf(10001, 1);
    await expect(diagnoseDocuments(tableOf(first + first))).rejects.toMatchObject({
      place: { documentId: id, line: 2 },
    });
    const secret = diagnoseDocuments(tableOf(`{"_creationTime":1.5,"_id":"my secret"}\n`));
    await expect(secret).rejects.toThrow(expect.not.objectContaining({ message: expect.stringContaining("secret") }));
  });
});
