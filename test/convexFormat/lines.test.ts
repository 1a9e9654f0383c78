import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lines } from "../../pipeline/convexFormat/lines.js";

async function split(chunks: readonly string[], maxBytes?: number) {
  const found: [number: number, text: string, isTerminated: boolean][] = [];
  for await (const line of lines(bytes(chunks), maxBytes)) {
    found.push([line.number, line.bytes.toString(), line.isTerminated]);
  }
  return found;
}

async function* bytes(chunks: readonly string[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

describe("lines", () => {
  test("counts from 1, drops both kinds of line end, and tells a last line without one", async () => {
    expect(await split(["a\nb\r\n\nc"])).toEqual([
      [1, "a", true],
      [2, "b", true],
      [3, "", true],
      [4, "c", false],
    ]);
  });

  test("an empty stream and an empty rest are no lines", async () => {
    expect(await split([])).toEqual([]);
    expect(await split(["a\n", ""])).toEqual([[1, "a", true]]);
  });

  test("chunks make no difference", async () => {
    const text = fc.array(fc.constantFrom("\n", "\r\n", "x", "yy", ""), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(text, async (parts) => {
        expect(await split([...parts.join("")])).toEqual(await split([parts.join("")]));
      }),
    );
  });

  test("stops at a line that is too long, before it has read it all", async () => {
    const endless = (async function* () {
      yield Buffer.from("ok\n");
      for (;;) yield Buffer.from("xxxx");
    })();
    const read = async () => {
      for await (const _ of lines(endless, 10, { table: "t" }));
    };
    await expect(read()).rejects.toMatchObject({
      code: "LINE_TOO_LONG",
      place: { table: "t", line: 2, maxBytes: 10 },
    });
    await expect(split(["0123456789\n01234567890\n"], 10)).rejects.toMatchObject({ place: { line: 2 } });
  });
});
