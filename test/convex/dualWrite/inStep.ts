/** Holds a deployment against the law of spec 5: rows are what the mapping gives for the live documents, aggregates are recounts. */
import { expect } from "vitest";
import { anyReader, type StoredDocument } from "../../../convex/documents.js";
import { partsOf } from "../../../convex/dualWrite/concerns.js";
import { phaseOf, startSync } from "../../../convex/sync/sync.js";
import { syncPart } from "../../../convex/sync/syncPart.js";
import { transforms } from "../../../transforms/index.js";
import { drainTouches } from "../aggregates/drainTouches.js";
import type { Deployment } from "../deployment.js";

/** Every part of a phase that is on has exactly its rows, no row is without a parent, and every sum is its recount. */
export async function expectInStep(deployment: Deployment): Promise<void> {
  await drainTouches(deployment);
  const faults = await deployment.run(async (ctx) => {
    const sync = await startSync(ctx);
    const read = async (table: string): Promise<StoredDocument[]> => await anyReader(ctx.db).query(table).collect();
    const found: unknown[] = [];
    for (const table of new Set(transforms.map((transform) => transform.table))) {
      const documents = await read(table);
      for (const part of partsOf(table)) {
        if (phaseOf(sync, part).step === "off") continue;
        for (const { _id } of documents) {
          const changes = await syncPart(sync, part, _id);
          if (Object.values(changes).some((count) => count > 0)) found.push({ part: part.part, _id, ...changes });
        }
        for (const [rows, column] of Object.entries(part.writes)) {
          const orphans = (await read(rows)).filter((row) => !documents.some(({ _id }) => _id === row[column]));
          found.push(...orphans.map(({ _id }) => ({ orphan: rows, _id })));
        }
      }
    }
    return [...found, ...(await wrongSums(read, sync.phases["phase-7"].step !== "off"))];
  });
  expect(faults).toEqual([]);
}

async function wrongSums(read: (table: string) => Promise<StoredDocument[]>, counted: boolean): Promise<unknown[]> {
  const links = await Promise.all(["bookmarkTags", "snippetTags", "noteTags", "feedbackTagJunctions"].map(read));
  const cited = await read("sources");
  const messages = await read("messages");
  const differing = (kind: string, rows: StoredDocument[], column: string, recount: (id: string) => number) =>
    rows
      .map((row) => ({ kind, id: row._id, stored: row[column] ?? 0, recount: recount(row._id) }))
      .filter(({ stored, recount: count }) => stored !== count);
  return [
    ...differing(
      "tags",
      await read("tags"),
      "usageCount",
      (id) => links.flat().filter((row) => row.tagId === id).length,
    ),
    ...differing(
      "sourceMetadata",
      await read("sourceMetadata"),
      "accessCount",
      (id) => cited.filter(({ sourceMetadataId }) => sourceMetadataId === id).length,
    ),
    ...(counted
      ? differing(
          "conversations",
          await read("conversations"),
          "messageCount",
          (id) => messages.filter(({ conversationId }) => conversationId === id).length,
        )
      : []),
  ];
}
