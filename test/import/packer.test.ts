import fc from "fast-check";
import { expect, it } from "vitest";
import { functionLimits } from "../../pipeline/convexFormat/functionLimits.js";
import type { PlannedEntity } from "../../pipeline/import/entities.js";
import { Born, type Packed, type PackedPart, Packer } from "../../pipeline/import/packer.js";
import { mostUsage } from "../../pipeline/import/usage.js";
import { loadModel } from "../../pipeline/model/loadModel.js";
import { entityName } from "../../pipeline/parts/encodeDocuments.js";

const model = loadModel();
const entityCount = 12;
const entities = new Map(
  Array.from({ length: entityCount }, (_, number): [string, PlannedEntity] => [
    entityName("sourceMetadata", [`hash-${number}`]),
    { number, text: "e".repeat(100 + 40 * number), documentBytes: 300, writeBytes: 900, isThere: number % 5 === 0 },
  ]),
);
const names = [...entities.keys()];

const aPart = fc
  .record({
    bytes: fc.integer({ min: 10, max: 30_000 }),
    rows: fc.integer({ min: 0, max: 400 }),
    reads: fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 4 }),
    readBytes: fc.integer({ min: 100, max: 900_000 }),
    mentioned: fc.uniqueArray(fc.integer({ min: 0, max: entityCount - 1 }), { maxLength: 5 }),
  })
  .map(({ bytes, rows, reads, readBytes, mentioned }): PackedPart => {
    const named = mentioned.map((at) => names[at] ?? "");
    return {
      text: Buffer.alloc(bytes, "p"),
      part: {
        part: "message/sources",
        table: "messages",
        documentId: `m${reads[0]}`,
        rows,
        tables: 1,
        documentBytes: rows * 400,
        writeBytes: rows * 1_400,
        hashedBytes: bytes,
        // A document has one size, whoever reads it.
        reads: reads.map((at) => [`d${at}`, (readBytes * (at + 1)) % 900_000]),
        entities: named,
        touches: named.flatMap((name) => [name, name]),
      },
    };
  });

function pack(parts: readonly PackedPart[], bounds: Parameters<typeof mostUsage>[0]): readonly Packed[] {
  const packer = new Packer(model, "parts", mostUsage(bounds), new Born(entityCount));
  const entityOf = (name: string): PlannedEntity => {
    const found = entities.get(name);
    if (found === undefined) throw new Error(name);
    return found;
  };
  const full = parts.flatMap((part) => packer.add(part, entityOf) ?? []);
  return [...full, packer.finish()].filter((packed) => packed !== null);
}

const bounds = { argumentBytes: 60_000, writeBytes: 700_000 };

it("keeps every batch of several parts within half of every limit, counted anew", () => {
  fc.assert(
    fc.property(fc.array(aPart, { minLength: 1, maxLength: 30 }), (parts) => {
      const batches = pack(parts, bounds);
      expect(batches.flatMap((batch) => batch.parts)).toEqual(parts);
      for (const { parts: some, entities: texts, costs } of batches) {
        if (some.length === 1) continue;
        const sum = (count: (packed: PackedPart) => number): number =>
          some.reduce((total, one) => total + count(one), 0);
        const read = new Map(some.flatMap(({ part }) => part.reads));
        const mentioned = new Set(some.flatMap(({ part }) => part.entities));
        const touched = new Set(some.flatMap(({ part }) => part.touches));
        expect(texts).toHaveLength(mentioned.size);
        expect(sum(({ text }) => text.length) + texts.join("").length).toBeLessThanOrEqual(bounds.argumentBytes);
        expect([...read.values()].reduce((total, bytes) => total + bytes, 0)).toBeLessThanOrEqual(
          functionLimits.bytesRead / 2 / 1.25,
        );
        const intervals = read.size + mentioned.size + some.length + touched.size + 2;
        expect(intervals).toBeLessThanOrEqual(functionLimits.databaseQueries / 2);
        const written = sum(({ part }) => part.rows) + touched.size;
        expect(written).toBeLessThanOrEqual(functionLimits.documentsWritten / 2);
        expect(costs.reduce((total, { writeBytes }) => total + writeBytes, 0)).toBeLessThanOrEqual(bounds.writeBytes);
      }
    }),
    { numRuns: 200 },
  );
});

it("counts the birth of an entity once in a plan, and never of one that is there", () => {
  fc.assert(
    fc.property(fc.array(aPart, { minLength: 1, maxLength: 20 }), (parts) => {
      const batches = pack(parts, bounds);
      const rows = parts.reduce((sum, { part }) => sum + part.documentBytes, 0);
      const born = new Set(
        parts.flatMap(({ part }) => part.entities).filter((name) => entities.get(name)?.isThere === false),
      );
      const touches = parts.reduce((sum, { part }) => sum + part.touches.length, 0);
      const written = batches.flatMap(({ costs }) => costs).reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
      const touch = (written - rows - born.size * 300) / Math.max(1, touches);
      // What is left is touches alone, each the same.
      expect(touches === 0 ? written - rows - born.size * 300 : touch % 1).toBe(0);
      expect(touch).toBeLessThan(400);
    }),
    { numRuns: 100 },
  );
});
