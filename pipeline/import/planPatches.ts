import { touchKinds } from "../../convex/schema/touchKinds.js";
import { canonicalEncoding, encodePatch, type Fields, type Value } from "../../transforms/index.js";
import { decodeValue } from "../convexFormat/decodeValue.js";
import { documentWriteCost } from "../convexFormat/writeCost.js";
import { literal, literalList, qualified } from "../db/quote.js";
import { streamRows } from "../db/streamRows.js";
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
  context: StageContext,
  writer: PlanWriter,
  epochs: Epochs,
  bounds: BatchBounds,
): Promise<void> {
  const { database, model } = context;
  for (const [phase, epoch] of epochs) {
    const tables = await database.rows<{ table: string }>(
      `SELECT DISTINCT "table" FROM ledger.entries WHERE patch IS NOT NULL AND phase = ${literal(phase)} ORDER BY ALL`,
    );
    for (const { table } of tables) {
      for await (const batch of cutItems(patches(context, phase, table), baseUsage(model), mostUsage(bounds)))
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

async function* patches({ database, model }: StageContext, phase: string, table: string): AsyncGenerator<PatchItem> {
  const indexes = model.table(table).indexes.length;
  const fields = "coalesce(json_keys(CAST(e.patch AS JSON) -> '$.set'), [])";
  const rows = streamRows(
    database,
    `SELECT e.documentId, e.part, CAST(e.patch AS VARCHAR), CAST(${documentBytes(model, table, "d")} AS VARCHAR)
     FROM ledger.entries AS e LEFT JOIN ${qualified("raw", table)} AS d ON d._id = e.documentId
     WHERE e.patch IS NOT NULL AND e.phase = ${literal(phase)} AND e."table" = ${literal(table)}
       AND NOT (len(${fields}) > 0 AND list_has_all(${literalList(Object.keys(touchKinds))}, ${fields}))
     ORDER BY e.documentId, e.path`,
  );
  for await (const [documentId, part, patch, bytes] of rows) {
    if (typeof documentId !== "string" || typeof patch !== "string") continue;
    const text = canonicalEncoding(encodePatch(table, documentId, readPatch(patch)) as unknown as Value);
    yield { ...costed(text, Number(bytes ?? 0), indexes), part: part ?? "", table, documentId };
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
