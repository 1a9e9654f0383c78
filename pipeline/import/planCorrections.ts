import { correctionId } from "../../transforms/index.js";
import { planCorrections as findCorrections } from "../batches/corrections.js";
import type { SnapshotPhase } from "../batches/snapshotPhases.js";
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
  const rows = await database.rows<{ phase: string; kind: string; number: string; keys: string; corrections: string }>(
    `SELECT phase, kind, number, count(*) AS keys,
       string_agg('{"delta":' || CAST(delta AS VARCHAR) || ',"key":' || CAST(to_json("key") AS VARCHAR) || '}', ',' ORDER BY "key") AS corrections
     FROM plan.corrections GROUP BY phase, kind, number ORDER BY phase, kind, number`,
  );
  for (const { phase, kind, number, keys, corrections } of rows) {
    const epoch = epochs.get(phase);
    const seen = phases.find((of) => of.phase === phase)?.seen;
    if (epoch === undefined || seen === undefined) continue;
    const { documentBytes, writeBytes } = touchCost(model, kind);
    const argumentBytes = Math.ceil(corrections.length / Number(keys));
    const cost = { rows: 0, argumentBytes, bytesRead: 0, bytesWritten: documentBytes, writeBytes };
    writer.add({
      phase,
      epoch,
      kind: "corrections",
      batchId: correctionId(snapshot, kind, Number(number)),
      costs: Array.from({ length: Number(keys) }, () => cost),
      overhead: batchOverhead(model),
      members: {
        kind: JSON.stringify(kind),
        number: `${Number(number)}.0`,
        seen: `${seen}.0`,
        snapshot: JSON.stringify(snapshot),
        corrections: `[${corrections}]`,
      },
    });
  }
}
