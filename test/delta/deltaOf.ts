/** A delta over an export of a `convex-test` deployment, told in the deployment's own ids. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Value } from "convex/values";
import { type SnapshotPhase, snapshotPhases } from "../../pipeline/batches/snapshotPhases.js";
import { decodeValue } from "../../pipeline/convexFormat/decodeValue.js";
import { type DeltaReport, deltaReport } from "../../pipeline/delta/deltaReport.js";
import { deltaStage } from "../../pipeline/delta/deltaStage.js";
import { loadStage } from "../../pipeline/load/loadStage.js";
import { transformForComparison } from "../../pipeline/transform/transformStage.js";
import type { PartName } from "../../transforms/partBatch.js";
import type { Deployment } from "../convex/deployment.js";
import { openContext } from "../transform/runWorld.js";
import { exportOf } from "./exportOf.js";

export interface FoundPart extends PartName {
  readonly phase: string;
  readonly reason: string;
}

export interface FoundCorrection {
  readonly phase: string;
  readonly kind: string;
  readonly key: string;
  readonly delta: Readonly<Record<string, number>>;
  readonly number: number;
}

export interface Delta {
  readonly report: DeltaReport;
  readonly parts: readonly FoundPart[];
  readonly duplicates: readonly { readonly phase: string; readonly table: string; readonly key: Value }[];
  readonly corrections: readonly FoundCorrection[];
  readonly phases: readonly SnapshotPhase[];
}

/** Exports, loads, maps and compares. `creationTime` as `exportOf` takes it. */
export async function deltaOf(deployment: Deployment, creationTime?: number): Promise<Delta> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-delta-"));
  const { world, live } = await exportOf(deployment, creationTime);
  const context = await openContext(world, folder, { with: [] });
  const { database } = context;
  try {
    for (const stage of [loadStage, transformForComparison, deltaStage]) await stage.run(context);
    const parts = await database.rows<{
      phase: string;
      part: string;
      table: string;
      document_id: string;
      reason: string;
    }>("SELECT * FROM delta.parts");
    const duplicates = await database.rows<{ phase: string; table: string; key: string }>(
      "SELECT * FROM delta.duplicates",
    );
    const corrections = await database.rows<{
      phase: string;
      kind: string;
      key: string;
      delta: string;
      number: number;
    }>("SELECT * FROM plan.corrections");
    const delta: Delta = {
      phases: await snapshotPhases(database, context.options.with),
      report: deltaReport.parse(JSON.parse(await readFile(context.paths.delta, "utf8"))),
      parts: parts.map(({ document_id, ...part }) => ({ ...part, documentId: live(document_id) })),
      duplicates: duplicates.map(({ key, ...of }) => ({ ...of, key: JSON.parse(live(key)) as Value })),
      corrections: corrections.map((one) => ({
        ...one,
        key: live(one.key),
        delta: decodeValue(one.delta) as Readonly<Record<string, number>>,
      })),
    };
    return delta;
  } finally {
    database.close();
    await rm(folder, { recursive: true, force: true });
  }
}
