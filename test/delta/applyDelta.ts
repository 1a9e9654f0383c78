import { mounted } from "../../convex/mount.js";
import { correctionId } from "../../transforms/correctionId.js";
import type { Deployment } from "../convex/deployment.js";
import type { Delta } from "./deltaOf.js";

let applied = 0;

/** Sends what a delta found, as `import --delta` does: names, duplicates, and differences in their batches. */
export async function applyDelta(deployment: Deployment, delta: Delta): Promise<void> {
  const snapshot = `s${applied++}`;
  for (const { phase, epoch, seen } of delta.phases) {
    const head = { migrationId: phase, epoch };
    const parts = delta.parts.filter((part) => part.phase === phase);
    const names = new Map(
      parts.map(({ table, documentId, part }) => [`${part} ${documentId}`, { table, documentId, part }]),
    );
    const duplicates = delta.duplicates.filter((one) => one.phase === phase).map(({ table, key }) => ({ table, key }));
    if (names.size + duplicates.length > 0) {
      const batch = { batchId: `${snapshot}-${phase}`, hash: "h", parts: [...names.values()], duplicates };
      await deployment.mutation(mounted("mutation", "resync"), { ...head, ...batch } as never);
    }
    const corrections = delta.corrections.filter((one) => one.phase === phase);
    for (const kind of new Set(corrections.map((one) => one.kind))) {
      for (let number = 0; ; number++) {
        const batch = corrections.filter((one) => one.kind === kind && one.number === number);
        if (batch.length === 0) break;
        await deployment.mutation(mounted("mutation", "importCorrections"), {
          ...{ ...head, snapshot, seen, kind, number, id: correctionId(snapshot, kind, number) },
          corrections: batch.map(({ key, delta: lacking }) => ({ key, delta: lacking })),
        } as never);
      }
    }
  }
}
