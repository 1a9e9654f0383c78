import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openArchive } from "../../pipeline/convexFormat/archive.js";
import { decodeId, encodeId, mintId } from "../../pipeline/convexFormat/ids.js";
import { lines } from "../../pipeline/convexFormat/lines.js";

const sample = fileURLToPath(new URL("../../fixtures/samples/language-app-export.zip", import.meta.url));
const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
const tableNumber = fc.oneof(
  fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  fc.constantFrom(1, 127, 128, 513, 10001, 16383, 16384, 2 ** 21, 2 ** 28, 2 ** 32 - 1),
);

describe("ids", () => {
  test("every _id of a real export decodes to the number of its table, and encodes to itself", async () => {
    const archive = await openArchive(sample);
    const counts: Record<string, number> = {};
    for (const table of archive.tables) {
      for await (const line of lines(await table.open())) {
        const { _id } = JSON.parse(line.bytes.toString()) as { _id: string };
        const id = decodeId(_id);
        expect(id?.tableNumber).toBe(table.tableNumber);
        expect(encodeId(id?.tableNumber ?? 0, id?.bytes ?? new Uint8Array())).toBe(_id);
        counts[table.name] = (counts[table.name] ?? 0) + 1;
      }
    }
    await archive.close();
    expect(counts).toEqual({ userProgress: 10, profiles: 19, exercises: 76, sentences: 74 });
  });

  test("what is encoded is decoded, at one of the lengths an id can have", () => {
    fc.assert(
      fc.property(tableNumber, bytes16, (number, bytes) => {
        const id = encodeId(number, bytes);
        expect([31, 32, 34, 36, 37]).toContain(id.length);
        expect(decodeId(id)).toEqual({ tableNumber: number, bytes: new Uint8Array(bytes) });
      }),
    );
  });

  test("no other text of an id's letters decodes, unless it is the id of what it decodes to", () => {
    const letters = fc.constantFrom(..."0123456789abcdefghjkmnpqrstvwxyz");
    fc.assert(
      fc.property(tableNumber, bytes16, fc.nat(36), letters, (number, bytes, at, letter) => {
        const id = encodeId(number, bytes);
        const changed = id.slice(0, at % id.length) + letter + id.slice((at % id.length) + 1);
        const decoded = decodeId(changed);
        if (decoded !== null) expect(encodeId(decoded.tableNumber, decoded.bytes)).toBe(changed);
        if (changed !== id) expect(decoded).not.toEqual({ tableNumber: number, bytes });
      }),
    );
  });

  test.each([
    ["nothing", ""],
    ["upper case", "JX74T8723P59JBDDYDF8B1DBHN7F68QP"],
    ["a letter that Crockford leaves out", "jx74t8723p59jbddydf8b1dbhn7f68qu"],
    ["a wrong checksum", "jx74t8723p59jbddydf8b1dbhn7f68qq"],
    ["one letter less", "jx74t8723p59jbddydf8b1dbhn7f68q"],
    ["a letter more", "jx74t8723p59jbddydf8b1dbhn7f68qp0"],
    ["a character that is no ASCII", "jx74t8723p59jbddydf8b1dbhn7f68qé"],
  ])("refuses %s", (_what, text) => expect(decodeId(text)).toBeNull());

  test("refuses table number 0 and a number spelled longer than it needs to be", () => {
    // Spelled by hand: the encoder does not make them. Both have a right checksum.
    expect(decodeId(spelled([0], 31))).toBeNull();
    expect(decodeId(spelled([0x81, 0x00], 32))).toBeNull();
    expect(decodeId(spelled([0x81, 0x01], 32))?.tableNumber).toBe(129);
    expect(decodeId(spelled([0xff, 0xff, 0xff, 0xff, 0x10], 37))).toBeNull();
  });

  test.each([0, -1, 1.5, 2 ** 32, NaN])("encodes no table number %d", (number) => {
    expect(() => encodeId(number, new Uint8Array(16))).toThrow(RangeError);
  });

  test("mints the same id for the same row, ending in the day of its creation", () => {
    const day = 20_000;
    const id = mintId(10020, "tags", ["kd7", "", "blue"], day * 86_400_000 + 5);
    expect(mintId(10020, "tags", ["kd7", "", "blue"], day * 86_400_000 + 6)).toBe(id);
    const decoded = decodeId(id);
    expect(decoded?.tableNumber).toBe(10020);
    expect([...(decoded?.bytes.subarray(14) ?? [])]).toEqual([day >> 8, day & 255]);
    // SHA-256 of `tags\0kd7\0\0blue`, by `printf 'tags\0kd7\0\0blue' | sha256sum`.
    expect(Buffer.from(decoded?.bytes.subarray(0, 14) ?? []).toString("hex")).toBe("bfd7b4ede52d55c58492bb351be4");
  });

  test("mints different ids for other tables, keys and parts of keys", () => {
    const ids = [
      mintId(10020, "tags", ["a", "bc"], 1e12),
      mintId(10020, "tags", ["ab", "c"], 1e12),
      mintId(10020, "tags", ["", "abc"], 1e12),
      mintId(10020, "notes", ["a", "bc"], 1e12),
      mintId(10021, "tags", ["a", "bc"], 1e12),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** An id with this spelling of the table number, zeros for its 16 bytes, and a right checksum. */
function spelled(number: readonly number[], length: number): string {
  const bytes = [...number, ...new Uint8Array(16)];
  let low = 0;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 256;
    high = (high + low) % 256;
  }
  let bits = [...bytes, low, high].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  bits = bits.padEnd(length * 5, "0");
  const digits = bits.match(/.{5}/g) ?? [];
  return digits.map((digit) => "0123456789abcdefghjkmnpqrstvwxyz".charAt(Number.parseInt(digit, 2))).join("");
}
