import { performance } from "node:perf_hooks";
import { defineSchema, type GenericSchema, type SchemaDefinition } from "convex/server";
import { exportSnapshot } from "../embedded/archive/exportSnapshot.js";
import { loadSnapshot } from "../embedded/archive/loadSnapshot.js";
import { EmbeddedDeployment } from "../embedded/embeddedDeployment.js";
import type { FaultPlan } from "../embedded/faults/faultPlan.js";
import { serve } from "../embedded/serve.js";
import { type Figure, figure, timed } from "./step.js";
import type { Target } from "./target.js";

/** What runs in the deployment. */
export interface ServedApplication {
  /** Old and new tables, moved fields optional. */
  readonly schema: SchemaDefinition<GenericSchema, boolean>;
  /** What its modules export, by path. */
  readonly modules: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface EmbeddedTargetOptions {
  readonly application: ServedApplication;
  readonly adminKey: string;
  /** In [0, 1); ids come from it. */
  readonly random: () => number;
  readonly faults: FaultPlan;
  /** Bytes a second of log and index entries, past which it answers 429. */
  readonly writeRate: number;
}

/** A deployment in this process, served on loopback. Its scheduled functions run by themselves until it is closed. */
export async function embeddedTarget(options: EmbeddedTargetOptions): Promise<Target> {
  const { application, adminKey, random, writeRate } = options;
  const { schema, relax } = relaxable(application.schema);
  const deployment = await EmbeddedDeployment.create({ modules: application.modules, schema, random, writeRate });
  const { url, faultsMet, close } = await serve(deployment, { adminKey, faults: options.faults });
  deployment.startScheduler();
  return {
    kind: "embedded",
    url,
    adminKey,
    fill: async (snapshot) => {
      const began = performance.now();
      const { documents, offenders } = await loadSnapshot(deployment, snapshot, { offenders: "keep" });
      const seconds = (performance.now() - began) / 1000;
      if (offenders.count > 0) relax();
      return [
        figure("documents loaded", documents),
        figure("documents that do not match the schema, which then does not validate", offenders.count),
        timed("documents loaded a second", documents / seconds, "perSecond"),
      ];
    },
    export: async (path) => await exportSnapshot(deployment, path),
    copy: async (snapshot) => {
      const copy = await embeddedTarget({ ...options, faults: () => null });
      await copy.fill(snapshot);
      return copy;
    },
    counted: () => countsOf(deployment, faultsMet),
    close: async () => {
      await deployment.stopScheduler();
      await close();
    },
  };
}

/**
 * A copy of a schema whose validation can be switched off. Documents that do not match can only have come from a deployment whose
 * schema does not validate; one that did would refuse to give them back the fields they had.
 */
function relaxable({ tables }: ServedApplication["schema"]) {
  const schema = defineSchema(tables);
  return { schema, relax: () => void Object.assign(schema, { schemaValidation: false }) };
}

function countsOf({ counters }: EmbeddedDeployment, faultsMet: ReadonlyMap<string, number>): Figure[] {
  const { calls, documentsRead, documentsWritten, bytesWritten, logBytesWritten } = counters.total();
  return [
    ...[...faultsMet].sort().map(([name, times]) => timed(`faults met: ${name}`, times)),
    timed("functions called so far", calls),
    timed("documents read so far", documentsRead),
    timed("documents written so far", documentsWritten),
    timed("bytes of documents written so far", bytesWritten, "bytes"),
    timed("bytes of log and index entries written so far", logBytesWritten, "bytes"),
  ];
}
