/** A deployment in which every phase was just switched on, its export, and the run made of it: where an import starts. */
import { randomUUID } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { internalMutationGeneric, internalQueryGeneric } from "convex/server";
import { type JSONValue, jsonToConvex } from "convex/values";
import { phases } from "../../convex/schema/steps.js";
import { transitionalSchema } from "../../convex/schema/transitionalSchema.js";
import { applicationModules } from "../../fixtures/application/modules.js";
import { generateSnapshot } from "../../fixtures/generator/generateSnapshot.js";
import type { Edge } from "../../pipeline/commands/edge.js";
import { runProgram } from "../../pipeline/commands/runProgram.js";
import { exportSnapshot } from "../../pipeline/embedded/archive/exportSnapshot.js";
import { loadSnapshot } from "../../pipeline/embedded/archive/loadSnapshot.js";
import { EmbeddedDeployment, type EmbeddedOptions } from "../../pipeline/embedded/embeddedDeployment.js";
import type { FaultPlan } from "../../pipeline/embedded/faults/faultPlan.js";
import { serve } from "../../pipeline/embedded/serve.js";
import type { ImportReport } from "../../pipeline/import/importReport.js";
import { quietEdge } from "../laws/quietEdge.js";

export const adminKey = "dev:embedded-1|5ec7e7000000000000000000f00dcafe";

const testing = {
  insert: internalMutationGeneric({
    handler: async ({ db }, { table, document }: { table: string; document: object }) =>
      await db.insert(table, document as never),
  }),
  patch: internalMutationGeneric({
    handler: async ({ db }, { id, fields }: { id: string; fields: object }) =>
      await db.patch(id as never, fields as never),
  }),
  remove: internalMutationGeneric({ handler: async ({ db }, { id }: { id: string }) => await db.delete(id as never) }),
  all: internalQueryGeneric({
    handler: async ({ db }, { table }: { table: string }) => await db.query(table).collect(),
  }),
};

/** @returns an empty deployment with the application of the fixtures, and functions by which tests look into it */
function anEmptyDeployment(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedDeployment> {
  let state = 1;
  const random = (): number => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
  const modules = { ...applicationModules, testing };
  return EmbeddedDeployment.create({ schema: transitionalSchema, modules, random, monotonic: () => 0, ...options });
}

/** Calls a function past the server. */
export async function call(
  deployment: EmbeddedDeployment,
  kind: "query" | "mutation",
  path: string,
  args: object,
): Promise<unknown> {
  const result = await deployment.call(kind, path, args as JSONValue, { admin: true });
  if (result.status !== "success") throw new Error(`${path}: ${JSON.stringify(result)}`);
  return jsonToConvex(result.value);
}

export interface MigratingWorld {
  /** Of the export at T1. */
  readonly snapshot: string;
  /** A run directory of it, finished; `copyRun` gives one to work on. */
  readonly run: string;
  /** Holds the key. */
  readonly keyFile: string;
  copyRun(): Promise<string>;
  /** A deployment as it was when it was exported. */
  restored(options?: Partial<EmbeddedOptions>): Promise<EmbeddedDeployment>;
  remove(): Promise<void>;
}

/**
 * @param change what happens between T0 and the export
 * @param meanBytes of a message
 */
export async function aMigratingWorld(
  messages: number,
  change: (deployment: EmbeddedDeployment) => Promise<void> = async () => {},
  meanBytes = 1500,
): Promise<MigratingWorld> {
  const folder = await mkdtemp(join(tmpdir(), "unnest-import-"));
  const made = join(folder, "made.zip");
  const [snapshot, run, keyFile] = ["t1.zip", "run", "key"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(folder, { recursive: true });
  await writeFile(keyFile, adminKey, { mode: 0o600 });
  await generateSnapshot({ messages, seed: 3, embeddings: false, meanBytes, folder: false, path: made });
  const deployment = await anEmptyDeployment();
  await loadSnapshot(deployment, made, { offenders: "keep" });
  for (const migrationId of phases)
    await call(deployment, "mutation", "unnest:switchStep", { migrationId, to: "dual-write" });
  await change(deployment);
  await exportSnapshot(deployment, snapshot);
  const { failure } = await runProgram(
    ["run", snapshot, "--out", run, "--threads", "1", "--with", "memories"],
    quietEdge(),
  );
  if (failure !== null) throw failure;
  return {
    snapshot,
    run,
    keyFile,
    copyRun: async () => {
      const copy = join(folder, `run-${randomUUID()}`);
      await cp(run, copy, { recursive: true });
      return copy;
    },
    restored: async (options) => {
      const restored = await anEmptyDeployment(options);
      await loadSnapshot(restored, snapshot, { offenders: "keep" });
      return restored;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface Imported {
  readonly report: ImportReport;
  /** The code it ended with; null for none. */
  readonly code: string | null;
}

/** Runs `unnest import` in this process against a deployment behind its server. */
export async function importInto(
  deployment: EmbeddedDeployment,
  run: string,
  { args = [], faults, edge = {} }: { args?: readonly string[]; faults?: FaultPlan; edge?: Partial<Edge> } = {},
): Promise<Imported> {
  const serving = await serve(deployment, { adminKey, ...(faults === undefined ? {} : { faults }) });
  try {
    const environment = { CONVEX_URL: serving.url, CONVEX_DEPLOY_KEY: adminKey };
    const line = ["import", "--out", run, "--json", "--threads", "1", ...args];
    const { output, failure } = await runProgram(line, { ...quietEdge(), environment, ...edge });
    const event = output === "" ? {} : (JSON.parse(output) as { import?: ImportReport });
    return { report: event.import as ImportReport, code: failure?.code ?? null };
  } finally {
    await serving.close();
  }
}
