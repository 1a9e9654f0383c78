import fc from "fast-check";
import { expect, test } from "vitest";
import { DocumentPool } from "../../../pipeline/embedded/store/documentPool.js";

test("texts come back as they went in, whatever is written and released between", () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc.nat(9_000).map((length) => "ä".repeat(length)),
  );
  const step = fc.oneof(fc.record({ write: text }), fc.record({ release: fc.nat() }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pool = new DocumentPool();
      const live: { text: string; place: number; length: number }[] = [];
      for (const step of steps) {
        if ("write" in step) live.push({ text: step.write, ...pool.write(step.write) });
        else {
          const [gone] = live.splice(step.release % Math.max(1, live.length), 1);
          if (gone !== undefined) pool.release(gone.place, gone.length);
        }
        for (const { text, place, length } of live) expect(pool.read(place, length)).toBe(text);
      }
    }),
    { numRuns: 50 },
  );
});

test("a document that is written over and over takes no more room", () => {
  const pool = new DocumentPool();
  let last = pool.write("x".repeat(1_000_000));
  for (let i = 0; i < 100; i++) {
    const next = pool.write(`${i}`.padEnd(1_000_000));
    pool.release(last.place, last.length);
    last = next;
  }
  expect(pool.bytes).toBe(2 ** 24);
});

test("a text of more than 16 MiB is refused", () => {
  expect(() => new DocumentPool().write("x".repeat(2 ** 24 + 1))).toThrow(RangeError);
});
