/** Small tables of valid documents, and everything that disks, editors and bugs do to files. */
import fc from "fast-check";
import { mintId } from "../../pipeline/convexFormat/ids.js";
import type { Table } from "./loadedLines.js";

const day = Date.UTC(2026, 0, 5);

interface SmallTable extends Table {
  readonly lines: readonly string[];
}

const id = (table: string, number: number, name: string): string => mintId(number, table, [name], day);

/** Every way in which a raw table stores a field: text, number, boolean, JSON, an array of floats, none of its own. */
function smallTables(): readonly SmallTable[] {
  const message = (name: string, more: string): string =>
    `{"_creationTime":1770000000000.25,"_id":"${id("messages", 10003, name)}","content":"h\\u00e9 \\"${name}\\" é",${more}}`;
  const memory = (name: string, more: string): string =>
    `{"_creationTime":1770000000001.0,"_id":"${id("memories", 10004, name)}","content":"x",${more}}`;
  const user = (name: string, more: string): string =>
    `{"_creationTime":1770000000002,"_id":"${id("users", 10001, name)}",${more}}`;
  const other = (name: string, more: string): string =>
    `{"_creationTime":1.5e12,"_id":"${id("things", 10900, name)}",${more}}`;
  return [
    {
      ...{ name: "messages", number: 10003, generatedSchema: '"uniform"\n' },
      lines: [
        message(
          "a",
          '"createdAt":1.0,"inputTokens":-0.0,"isStreaming":true,"sources":[{"id":"1","n":1,"url":"u"}],"status":"complete"',
        ),
        message(
          "b",
          '"attachments":null,"createdAt":{"$float":"AAAAAAAA+H8="},"extra":{"a":[1,2.50,"t"],"b":{}},"toolCalls":[]',
        ),
        message(
          "c",
          '"createdAt":1e21,"inputTokens":5,"model":"m","zz":{"$bytes":"AAE="},"zzz":{"$integer":"AAAAAAAAAIA="}',
        ),
      ],
    },
    {
      ...{ name: "memories", number: 10004, generatedSchema: '"uniform"\n' },
      lines: [
        memory("a", '"embedding":[0.5,-1.25e-3,1.0],"metadata":{"category":"c","importance":3.0}'),
        memory("b", '"embedding":[],"metadata":{"category":"c"},"sourceMessageIds":["x"]'),
        memory("c", '"embedding":[1,{"$float":"AAAAAAAA8H8="}],"metadata":{"embedding":[1.0]}'),
      ],
    },
    {
      ...{ name: "users", number: 10001, generatedSchema: null },
      lines: [
        user("a", '"email":"e@x","preferences":{"theme":"dark","n":1,"deep":{"a":[1.5,null]}}'),
        user("b", '"banned":false,"createdAt":12345678901234567890,"name":"n"'),
      ],
    },
    {
      ...{
        name: "things",
        number: 10900,
        generatedSchema:
          '"{\\"_creationTime\\": float64, \\"_id\\": id<10900>, \\"b\\": bytes, \\"i\\": int64, \\"n\\": normalfloat64 | inf, \\"o\\"?: string}"\n',
      },
      lines: [
        other("a", '"b":"AAE=","i":"-5","n":2'),
        other("b", '"b":"","i":"9007199254740993","n":"Infinity","o":"AAE="'),
      ],
    },
  ];
}

/** Pieces of text that a lenient reader takes for something else than a strict one does. */
const pieces = [
  ...'"{}[],:0 1-.eE\\/\n\r\t\0$_ntfNI\u007f',
  ...[
    "NaN",
    "-Infinity",
    "inf",
    "nan",
    "-0",
    "-0.0",
    "1e999",
    "1e-999",
    "00",
    "01",
    "1.",
    ".5",
    "+1",
    "0x1",
    "1E+5",
    "99999999999999999999",
  ],
  ...[
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "1e308",
    "1".repeat(330),
    "0.1000000000000000055511151231257827",
  ],
  ...[
    ",,",
    ",}",
    ",]",
    ":null",
    '"k":1,',
    '"a":null,',
    '"_id":"x",',
    '"content":1,',
    '"content":"y",',
    '"createdAt":null,',
    '"embedding":[1.0],',
  ],
  ...[
    '{"$float":"AAAAAAAA8D8="}',
    '{"$float":"AAAAAAAAAIA="}',
    '{"$integer":"AQAAAAAAAAA="}',
    '{"$bytes":"*"}',
    '{"$x":1}',
    '{"\\u0024float":1}',
    '{"$float":1,"b":2}',
  ],
  ...[
    "\\ud800",
    "\\udc00",
    "\\ud83d\\ude00",
    "\\u0000",
    "\\x",
    "\\u12",
    "\u2028",
    "\u0085",
    "\ufeff",
    "/**/",
    "//",
    "'",
    "true",
    "nul",
    "\f",
    "\v",
    "\u00a0",
  ],
  ...["[".repeat(20) + "]".repeat(20), "[".repeat(200) + "]".repeat(200), `${'{"a":'.repeat(40)}1${"}".repeat(40)}`],
  ...[
    "\\u0001embedding",
    '"\\u0001embedding":"[1.0]",',
    '"__proto__":{"a":1.0},',
    '"Content":1.0,',
    '"CONTENT":"x","content ":1.0,',
    '"":1.0,',
    '"é":1.0,',
  ],
].map((text) => Buffer.from(text));
const badBytes = [
  [0x80],
  [0xff],
  [0xc3],
  [0xed, 0xa0, 0x80],
  [0xc0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xef, 0xbb, 0xbf],
].map((bytes) => Buffer.from(bytes));

type Damage = (file: Buffer) => Buffer;

const part = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const piece = fc.constantFrom(...pieces, ...badBytes);
const splice = (file: Buffer, at: number, gone: number, put: Buffer): Buffer =>
  Buffer.concat([file.subarray(0, at), put, file.subarray(Math.min(file.length, at + gone))]);
const place = (file: Buffer, where: number): number => Math.floor(where * (file.length + 1));

/** The bytes between two structural characters around a place: a value, a key. */
function token(file: Buffer, where: number): [start: number, length: number] {
  const isEdge = (byte: number | undefined): boolean =>
    byte === undefined || "{}[],:\n".includes(String.fromCharCode(byte));
  let [start, end] = [place(file, where), place(file, where)];
  while (start > 0 && !isEdge(file[start - 1])) start--;
  while (!isEdge(file[end])) end++;
  return [start, end - start];
}

function onLines(file: Buffer, change: (lines: string[]) => string[]): Buffer {
  return Buffer.from(change(file.toString("latin1").split("\n")).join("\n"), "latin1");
}

const damage: fc.Arbitrary<Damage> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(part, fc.nat(7)).map(
      ([where, bit]): Damage =>
        (file) => {
          const copy = Buffer.from(file);
          const at = Math.min(copy.length - 1, place(copy, where));
          if (at >= 0) copy[at] = (copy[at] ?? 0) ^ (1 << bit);
          return copy;
        },
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(part, piece).map(
      ([where, put]): Damage =>
        (file) =>
          splice(file, place(file, where), 0, put),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(part, piece).map(
      ([where, put]): Damage =>
        (file) =>
          splice(file, ...token(file, where), put),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(part, piece).map(
      ([where, put]): Damage =>
        (file) =>
          splice(file, token(file, where)[0], 0, put),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(part, fc.integer({ min: 1, max: 40 })).map(
      ([where, gone]): Damage =>
        (file) =>
          splice(file, place(file, where), gone, Buffer.alloc(0)),
    ),
  },
  {
    weight: 1,
    arbitrary: part.map(
      (where): Damage =>
        (file) =>
          file.subarray(0, place(file, where)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(3), fc.nat(3)).map(
      ([from, to]): Damage =>
        (file) =>
          onLines(file, (all) => all.toSpliced(to, 0, all[from] ?? "")),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(2).map(
      (at): Damage =>
        (file) =>
          onLines(file, (all) => [...all.slice(0, at), all.slice(at, at + 2).join(""), ...all.slice(at + 2)]),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(3).map(
      (at): Damage =>
        (file) =>
          onLines(file, (all) => all.toSpliced(at, 0, "")),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Damage>(
      (file) => onLines(file, (all) => all.map((line) => (line === "" ? line : `${line}\r`))),
      (file) => onLines(file, (all) => all.map((line) => (line === "" ? line : ` ${line}\t`))),
      (file) => onLines(file, (all) => all.toReversed()),
      (file) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), file]),
      (file) => (file.at(-1) === 10 ? file.subarray(0, -1) : file),
      (file) => Buffer.from(file.toString("latin1").replace(/([,:])/g, "$1 "), "latin1"),
      (file) => file,
    ),
  },
);

/** A table, and its file after up to three accidents. */
export const spoiltTable: fc.Arbitrary<{ table: Table; file: Buffer }> = fc
  .tuple(fc.constantFrom(...soundTables()), fc.array(damage, { minLength: 1, maxLength: 3 }))
  .map(([{ table, file }, damages]) => ({
    table,
    file: damages.reduce<Buffer>((spoilt, spoil) => spoil(spoilt), file),
  }));

/** The tables as they were before. */
export function soundTables(): { table: Table; file: Buffer }[] {
  return smallTables().map(({ lines, ...table }) => ({
    table,
    file: Buffer.from(lines.map((line) => `${line}\n`).join("")),
  }));
}
