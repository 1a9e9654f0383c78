import { correctionId } from "../../transforms/index.js";
import { planCorrections as findCorrections } from "../batches/corrections.js";
import type { SnapshotPhase } from "../batches/snapshotPhases.js";
import type { Database } from "../db/database.js";
import { streamRows } from "../db/streamRows.js";
import type { StageContext } from "../stage.js";
import { batchOverhead } from "./packer.js";
import type { Epochs } from "./planParts.js";
import type { PlanWriter } from "./planWriter.js";
import { touchCost } from "./touchCost.js";

/**
 * Plans what aggregates lack, in the batches `plan.corrections` puts them in.
 *
 * @param find whether that table is still to be made; `delta` has made its own
 * @param snapshot what names the export
 */
export async function planCorrections(
  { database, model }: StageContext,
  writer: PlanWriter,
  epochs: Epochs,
  phases: readonly SnapshotPhase[],
  { find, snapshot }: { readonly find: boolean; readonly snapshot: string },
): Promise<void> {
  if (find) await findCorrections(database, phases);
  for await (const { phase, kind, number, corrections } of correctionBatches(database)) {
    const epoch = epochs.get(phase);
    const seen = phases.find((of) => of.phase === phase)?.seen;
    if (epoch === undefined || seen === undefined) continue;
    const { documentBytes, writeBytes } = touchCost(model, kind);
    const text = corrections.join(",");
    const argumentBytes = Math.ceil(text.length / corrections.length);
    const cost = { rows: 0, argumentBytes, bytesRead: 0, bytesWritten: documentBytes, writeBytes };
    writer.add({
      phase,
      epoch,
      kind: "corrections",
      batchId: correctionId(snapshot, kind, number),
      costs: corrections.map(() => cost),
      overhead: batchOverhead(model),
      members: {
        kind: JSON.stringify(kind),
        number: `${number}.0`,
        seen: `${seen}.0`,
        snapshot: JSON.stringify(snapshot),
        corrections: `[${text}]`,
      },
    });
  }
}

interface CorrectionBatch {
  readonly phase: string;
  readonly kind: string;
  readonly number: number;
  /** As JSON. */
  readonly corrections: string[];
}

/** The batches of `plan.corrections`, one in memory at a time. */
async function* correctionBatches(database: Database): AsyncGenerator<CorrectionBatch> {
  const rows = streamRows(
    database,
    `SELECT phase, kind, CAST(number AS VARCHAR),
       '{"delta":' || CAST(delta AS VARCHAR) || ',"key":' || CAST(to_json("key") AS VARCHAR) || '}'
     FROM plan.corrections ORDER BY phase, kind, number, "key"`,
  );
  let batch: CorrectionBatch | null = null;
  for await (const [phase = "", kind = "", number = "", correction] of rows) {
    const head = { phase: phase ?? "", kind: kind ?? "", number: Number(number) };
    if (batch !== null && (batch.phase !== head.phase || batch.kind !== head.kind || batch.number !== head.number)) {
      yield batch;
      batch = null;
    }
    batch ??= { ...head, corrections: [] };
    batch.corrections.push(correction ?? "");
  }
  if (batch !== null) yield batch;
}
