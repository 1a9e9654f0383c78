import { isTouchKind } from "../../convex/schema/touchKinds.js";
import { canonicalEncoding, encodePatch, type Fields, type Value } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import { documentWriteCost } from "../convexFormat/writeCost.js";
import { literal, qualified } from "../db/quote.js";
import { documentBytes } from "../parts/documentBytes.js";
import type { StageContext } from "../stage.js";
import { cutItems, type PlainItem } from "./cutItems.js";
import { baseUsage, batchOverhead } from "./packer.js";
import type { Epochs } from "./planParts.js";
import type { PlanWriter } from "./planWriter.js";
import { type BatchBounds, growth, mostUsage, noUsage } from "./usage.js";

/** What following a patch may read besides its document: the parts that look at the patched fields. */
const followed = { documents: 20, bytes: 20_000 };

/** A ledger entry beside the value it keeps. */
const entryBytes = 300;

interface PatchItem extends PlainItem {
  readonly part: string;
  readonly table: string;
  readonly documentId: string;
}

/**
 * Plans the repairs of existing documents. Counts are left out: a count is a sum of differences, which corrections bring.
 */
export async function planPatches(
  { database, model }: StageContext,
  writer: PlanWriter,
  epochs: Epochs,
  bounds: BatchBounds,
): Promise<void> {
  for (const [phase, epoch] of epochs) {
    const tables = await database.rows<{ table: string }>(
      `SELECT DISTINCT "table" FROM ledger.entries WHERE patch IS NOT NULL AND phase = ${literal(phase)} ORDER BY ALL`,
    );
    for (const { table } of tables) {
      const rows = await database.rows<{
        documentId: string;
        part: string | null;
        patch: string;
        bytes: string | null;
      }>(
        `SELECT e.documentId, e.part, CAST(e.patch AS VARCHAR) AS patch, CAST(${documentBytes(model, table, "d")} AS VARCHAR) AS bytes
         FROM ledger.entries AS e LEFT JOIN ${qualified("raw", table)} AS d ON d._id = e.documentId
         WHERE e.patch IS NOT NULL AND e.phase = ${literal(phase)} AND e."table" = ${literal(table)} ORDER BY e.documentId, e.path`,
      );
      const indexes = model.table(table).indexes.length;
      const items = rows.flatMap(({ documentId, part, patch, bytes }): PatchItem[] => {
        const { expect, set, unset } = readPatch(patch);
        if (Object.keys(set).length > 0 && Object.keys(set).every(isTouchKind)) return [];
        const text = canonicalEncoding(encodePatch(table, documentId, { expect, set, unset }) as unknown as Value);
        return [{ ...costed(text, Number(bytes ?? 0), indexes), part: part ?? "", table, documentId }];
      });
      for (const batch of cutItems(items, baseUsage(model), mostUsage(bounds)))
        writer.add({
          phase,
          epoch,
          kind: "patches",
          costs: batch.map(({ cost }) => cost),
          overhead: batchOverhead(model),
          members: { patches: batch.map(({ text }) => text) },
          documents: batch.map(({ part, documentId }) => ({ part, table, documentId })),
        });
    }
  }
}

const absent = '{"$undefined":null}';

/** A patch as the ledger has it; what it expects to be absent is undefined. */
function readPatch(text: string): { readonly expect: Fields; readonly set: Fields; readonly unset: readonly string[] } {
  const spelled = JSON.parse(text) as { readonly expect: Readonly<Record<string, unknown>> };
  const patch = decodeValue(text.replaceAll(absent, "null")) as unknown as ReturnType<typeof readPatch>;
  const expect = Object.entries(patch.expect).map(([field, value]) => [
    field,
    JSON.stringify(spelled.expect[field]) === absent ? undefined : value,
  ]);
  return { ...patch, expect: Object.fromEntries(expect) };
}

function costed(text: string, bytes: number, indexes: number): PlainItem {
  const bytesRead = Math.ceil(bytes * growth) + followed.bytes;
  const bytesWritten = bytes + entryBytes + text.length;
  const keys = Array.from({ length: indexes }, () => 40);
  const writeBytes = documentWriteCost(bytes, keys) + documentWriteCost(entryBytes + text.length, [70]);
  const cost = { rows: 0, argumentBytes: Buffer.byteLength(text), bytesRead, bytesWritten, writeBytes };
  const documents = { documentsRead: followed.documents, documentsWritten: 2, databaseQueries: followed.documents };
  return { text, cost, usage: { ...noUsage, ...documents, ...cost, nanoseconds: 1e6 } };
}
