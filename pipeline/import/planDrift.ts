import { transforms } from "../../transforms/index.js";
import { identifier, literal, qualified } from "../db/quote.js";
import { streamRows } from "../db/streamRows.js";
import { documentBytes } from "../parts/documentBytes.js";
import type { StageContext } from "../stage.js";
import { cutItems, type PlainItem } from "./cutItems.js";
import { baseUsage, batchOverhead } from "./packer.js";
import type { Epochs } from "./planParts.js";
import type { PlanWriter } from "./planWriter.js";
import { type BatchBounds, growth, mostUsage, nanosecondsPerByte, nanosecondsPerRow, noUsage } from "./usage.js";

/** A row, and what it costs, about: the deployment maps the part itself, so only their number is known. */
const row = { bytes: 600, writeBytes: 1_800 };

/** Documents that a part looks up, about. */
const lookedUp = { documents: 4, bytes: 4_000 };

/** Moving the parts of a second row over to the first. */
const merge = { documents: 200, bytes: 200_000 };

interface DriftItem extends PlainItem {
  readonly part: string;
  readonly table: string;
  readonly documentId: string;
}

/** Plans what `delta` found: names of parts, and natural keys of entities that are there twice. */
export async function planDrift(
  context: StageContext,
  writer: PlanWriter,
  epochs: Epochs,
  bounds: BatchBounds,
): Promise<void> {
  const { model } = context;
  for (const [phase, epoch] of epochs) {
    for (const [member, items] of [
      ["parts", driftedParts(context, phase)],
      ["duplicates", duplicates(context, phase)],
    ] as const) {
      for await (const batch of cutItems(items, baseUsage(model), mostUsage(bounds))) {
        const texts = batch.map(({ text }) => text);
        writer.add({
          phase,
          epoch,
          kind: "names",
          costs: batch.map(({ cost }) => cost),
          overhead: batchOverhead(model),
          members: { parts: [], duplicates: [], [member]: texts },
          documents: batch.map(({ part, table, documentId }) => ({ part, table, documentId })),
        });
      }
    }
  }
}

async function* driftedParts({ database, model }: StageContext, phase: string): AsyncGenerator<DriftItem> {
  for (const { part, table, writes } of transforms.filter((transform) => transform.phase === phase)) {
    const counts = Object.entries(writes).map(([rows, parent]) => {
      const of = (schema: string): string =>
        `(SELECT count(*) FROM ${qualified(schema, rows)} AS r WHERE r.${identifier(parent)} = p.document_id)`;
      return `greatest(${of("normal")}, ${of("raw")})`;
    });
    const rows = streamRows(
      database,
      `SELECT p.document_id, CAST(${documentBytes(model, table, "d")} AS VARCHAR), CAST(${["0", ...counts].join(" + ")} AS VARCHAR)
       FROM (SELECT DISTINCT document_id FROM delta.parts WHERE phase = ${literal(phase)} AND part = ${literal(part)}) AS p
       LEFT JOIN ${qualified("raw", table)} AS d ON d._id = p.document_id ORDER BY d._line, p.document_id`,
    );
    for await (const [documentId, bytes, count] of rows)
      if (typeof documentId === "string") {
        const named = nameItem({ table, documentId, part }, Number(bytes ?? 0), Number(count));
        yield { ...named, part, table, documentId };
      }
  }
}

function nameItem(name: object, bytes: number, rows: number): PlainItem {
  const text = JSON.stringify(name);
  const cost = {
    rows: 0,
    argumentBytes: Buffer.byteLength(text),
    bytesRead: Math.ceil(bytes * growth) + lookedUp.bytes + rows * row.bytes,
    bytesWritten: rows * row.bytes,
    writeBytes: rows * row.writeBytes,
  };
  const documents = lookedUp.documents + 3 * rows;
  const usage = { documentsRead: documents, documentsWritten: 3 * rows, databaseQueries: documents };
  return {
    text,
    cost,
    usage: { ...noUsage, ...cost, ...usage, nanoseconds: bytes * nanosecondsPerByte + rows * nanosecondsPerRow },
  };
}

async function* duplicates({ database }: StageContext, phase: string): AsyncGenerator<DriftItem> {
  const rows = streamRows(
    database,
    `SELECT "table", CAST("key" AS VARCHAR) AS "key" FROM delta.duplicates WHERE phase = ${literal(phase)} ORDER BY ALL`,
  );
  for await (const [table, key] of rows) {
    if (typeof table !== "string" || typeof key !== "string") continue;
    const text = `{"key":${key},"table":${JSON.stringify(table)}}`;
    const { documents, bytes } = merge;
    const cost = {
      rows: 0,
      argumentBytes: Buffer.byteLength(text),
      bytesRead: bytes,
      bytesWritten: bytes,
      writeBytes: bytes,
    };
    const usage = { documentsRead: documents, documentsWritten: documents, databaseQueries: documents };
    yield { text, cost, usage: { ...noUsage, ...cost, ...usage, nanoseconds: 5e7 }, part: "", table, documentId: key };
  }
}
